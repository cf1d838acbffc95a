// The response to a finished rendering, with its costs and timings.
import type { Rendered } from '../plan/render.ts';
import type { Source } from '../sources/source.ts';

/** 200 with the answer; `name` is for `Content-Disposition`, `fetched` the milliseconds until the sources were here. */
export function pictureResponse(
  { blob, mime, extension, estimate, autoSteps, timings }: Rendered,
  headers: Record<string, string>,
  { fetched, budget, name }: { fetched: number; budget: number; name: string },
): Response {
  const steps = timings.steps.map(
    ({ name: step, ms }, i) => [step, ms, estimate.stepMs[i] as number] as const,
  );
  const all = [
    ['fetch', fetched],
    ['queue', timings.queue],
    ['decode', timings.decode],
    ...steps,
    ['encode', timings.encode],
  ] as const;
  const taken = autoSteps.map((n) => `, steps=${n}`).join('');
  return new Response(blob as Uint8Array<ArrayBuffer>, {
    headers: {
      'Content-Type': mime,
      'Content-Length': String(blob.length),
      'Content-Disposition': `inline; filename="${name}.${extension}"`,
      'X-Cost': `estimate=${Math.ceil(estimate.ms)}, budget=${budget}${taken}`,
      'Server-Timing': all.map(timing).join(', '),
      ...headers,
    },
  });
}

// In production the clock stands still while code computes: a step that took no time shows its estimate.
function timing([name, ms, predicted]: readonly [string, number, number?]): string {
  const shown = (value: number): string => `${name};dur=${Math.round(10 * value) / 10}`;
  return ms === 0 && predicted !== undefined ? `${shown(predicted)};desc=est` : shown(ms);
}

/** A file name from the source's own, reduced to what is safe in a header. */
export function nameOf(source: Source): string {
  const path = source.kind === 'asset' ? source.name : source.url.pathname;
  const last = path.split('/').at(-1) ?? '';
  const stem = last
    .replace(/%[0-9A-F]{2}/gi, '-')
    .replace(/\.[^.]*$/, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-');
  return stem.replace(/^-+|-+$/g, '').slice(0, 80) || 'image';
}
