// The response with a rendered picture, its costs and timings.
import { priceOf } from '../../cost/rates.ts';
import type { Rendered } from '../../render/render.ts';
import type { Source } from '../../sources/source.ts';

/** Further details of an answer: milliseconds to fetch the sources, the edge's budget in milliseconds, and the file name without extension. */
type About = { fetched: number; budget: number; name: string };

/** 200 with the answer. */
export const pictureResponse = (
  rendered: Rendered,
  headers: Record<string, string>,
  about: About,
): Response =>
  new Response(rendered.blob as Uint8Array<ArrayBuffer>, {
    headers: pictureHeaders(rendered, headers, about),
  });

/** The headers of an answer; `headers` are added to them. */
export function pictureHeaders(
  { blob, mime, extension, estimate, autos, timings }: Rendered,
  headers: Record<string, string>,
  { fetched, budget, name }: About,
): Headers {
  const steps = timings.steps.map(
    ({ name: step, ms }, i) => [step, ms, estimate.stepMs[i]!] as const,
  );
  const all = [
    ['fetch', fetched],
    ['queue', timings.queue],
    ['decode', timings.decode],
    ...steps,
    ['encode', timings.encode],
  ] as const;
  const taken = autos.map(({ param, value }) => `, ${param}=${value}`).join('');
  return new Headers({
    'Content-Type': mime,
    'Content-Length': String(blob.length),
    'Content-Disposition': `inline; filename="${name}.${extension}"`,
    'X-Cost': `estimate=${Math.ceil(estimate.ms)}, budget=${budget}${taken}`,
    'Server-Timing': [...all.map(timing), ...vectorTiming(timings, estimate)].join(', '),
    ...headers,
  });
}

// In production the clock stands still while code computes: a step that took no time shows its estimate.
function timing([name, ms, predicted]: readonly [string, number, number?]): string {
  return ms === 0 && predicted !== undefined
    ? `${name};dur=${rounded(predicted)};desc=est`
    : `${name};dur=${rounded(ms)}`;
}

// Listed last, although it happens before decoding, because most plans have no vectors.
function vectorTiming(
  { vectors }: Rendered['timings'],
  { stages }: Rendered['estimate'],
): string[] {
  if (!vectors) return [];
  const { lookup, making, known, made } = vectors;
  const estimated = made > 0 && making === 0;
  const ms = lookup + (estimated ? priceOf(stages.vectors) : making);
  const note = `${known} of ${known + made} known${estimated ? ' (est)' : ''}`;
  return [`vectors;dur=${rounded(ms)};desc="${note}"`];
}

const rounded = (ms: number): number => Math.round(10 * ms) / 10;

/** A file name made from the source's, without characters that are unsafe in a header. */
export function nameOf(source: Source): string {
  const path = pathOf(source);
  const last = path.split('/').at(-1) ?? '';
  const stem = last
    .replace(/%[0-9A-F]{2}/gi, '-')
    .replace(/\.[^.]*$/, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-');
  return stem.replace(/^-+|-+$/g, '').slice(0, 80) || 'image';
}

function pathOf(source: Source): string {
  if (source.kind === 'url') return source.url.pathname;
  return source.kind === 'asset' ? source.name : source.key;
}
