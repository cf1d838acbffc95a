// The response with a rendered picture, its costs and timings.
import { priceOf } from '../../cost/rates.ts';
import type { Rendered } from '../../render/render.ts';
import type { Source } from '../../sources/source.ts';

/** Further details of an answer: milliseconds to fetch the sources, the edge's budget in milliseconds, the file name without extension, and the source that names the file if there is one. */
type About = { fetched: number; budget: number; name: string; source?: Source };

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
  { fetched, budget, name, source }: About,
): Headers {
  const steps = timings.steps.map(
    ({ name: step, ms }, i) => [step, ms, estimate.stepMs[i]!] as const,
  );
  const all = [
    ['fetch', fetched],
    ...(timings.outside === undefined ? [] : [['outside', timings.outside] as const]),
    ['queue', timings.queue],
    ['decode', timings.decode],
    ...steps,
    ['encode', timings.encode],
  ] as const;
  const taken = autos.map(({ param, value }) => `, ${param}=${value}`).join('');
  return new Headers({
    'Content-Type': mime,
    'Content-Length': String(blob.length),
    'Content-Disposition': disposition({ name, source }, extension),
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

/** `Content-Disposition` (RFC 6266), with the file's own name beside the plain one if that has lost characters. */
function disposition(
  { name, source }: { name: string; source: Source | undefined },
  extension: string,
): string {
  const plain = `inline; filename="${name}.${extension}"`;
  const own = source && ownNameOf(source);
  // RFC 8187 allows more characters, but percent-encoding is right for all.
  const encoded = encodeURIComponent(`${own}.${extension}`).replace(/[!'()*]/g, escapeMark);
  return own === undefined || own === name ? plain : `${plain}; filename*=UTF-8''${encoded}`;
}

const escapeMark = (mark: string): string => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`;

/** The name of the source's file in Unicode, without extension; undefined if it has no letters or digits, or is not UTF-8. */
function ownNameOf(source: Source): string | undefined {
  const last = pathOf(source).split('/').at(-1) ?? '';
  try {
    const decoded = source.kind === 'url' ? decodeURIComponent(last) : last;
    const file = decoded.split(/[\\/]/).at(-1)!;
    const stem = file.replace(/\.[^.]*$/, '').replace(/[\p{C}"\\/:*?<>|]+/gu, '-');
    const short = [...stem.trim()].slice(0, 80).join('');
    return /[\p{L}\p{N}]/u.test(short) ? short : undefined;
  } catch {
    return undefined;
  }
}

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
