// What is kept with an answer: when it was made, and what of.
import { AppError, type ErrorCode, errorCodes } from '../errors.ts';
import { lifeOf, readFreshness } from './freshness.ts';

/** What the cache knows of an answer that it keeps. */
export type About = {
  /** Milliseconds since 1970: before any of its sources was asked. */
  at: number;
  /** `Cache-Control` that is sent; the one that it is stored with lets it live longer. */
  control: string;
  /** Of the one source that it was made of. */
  validator?: string;
  /** Instead of an answer: why there is none. */
  error?: { code: ErrorCode; message: string; param?: string };
};

export type Entry = { about: About; headers: Headers; body: ReadableStream<Uint8Array> | null };

const HEADER = 'X-Tessera-Entry';
/** What belongs to one request, or is said anew with each answer. */
const NOT_KEPT = ['Age', 'Cache-Status', 'Preference-Applied', 'Server-Timing', 'Set-Cookie'];

/** An answer as it is stored; its body goes along. */
export function toStored(
  body: BodyInit | null,
  headers: Headers,
  about: Omit<About, 'control'>,
): Response {
  const kept = new Headers(headers);
  const control = headers.get('Cache-Control') ?? '';
  for (const name of NOT_KEPT) kept.delete(name);
  kept.set('Cache-Control', `public, max-age=${lifeOf(readFreshness(control))}`);
  kept.set(HEADER, encodeURIComponent(JSON.stringify({ ...about, control })));
  return new Response(body, { headers: kept });
}

/** The answer that was stored; undefined for what was not stored by `toStored`. */
export function fromStored(stored: Response): Entry | undefined {
  const about = readAbout(stored.headers.get(HEADER));
  if (!about) return undefined;
  const headers = new Headers(stored.headers);
  for (const name of [HEADER, 'CF-Cache-Status', ...NOT_KEPT]) headers.delete(name);
  headers.set('Cache-Control', about.control);
  return { about, headers, body: stored.body };
}

/** The error that was stored, to be thrown. */
export const storedError = ({ code, message, param }: NonNullable<About['error']>): AppError =>
  new AppError(code, message, param === undefined ? {} : { param });

function readAbout(text: string | null): About | undefined {
  try {
    const { at, control, validator, error } = JSON.parse(decodeURIComponent(text ?? '')) as About;
    const right =
      Number.isFinite(at) &&
      typeof control === 'string' &&
      (validator === undefined || typeof validator === 'string') &&
      (error === undefined || errorCodes.includes(error.code));
    return right
      ? { at, control, ...(validator !== undefined && { validator }), ...(error && { error }) }
      : undefined;
  } catch {
    return undefined;
  }
}
