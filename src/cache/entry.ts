// Stored form of an answer, with metadata: when it was made, its validator, its freshness.
import { AppError, type ErrorCode, errorCodes } from '../errors.ts';
import { lifeOf, readFreshness } from './freshness.ts';

/** Metadata of a stored answer. */
export type About = {
  /** When it was made, before any source was asked, in milliseconds since 1970. */
  at: number;
  /** The `Cache-Control` to send; it is stored under one with a longer life. */
  control: string;
  /** Validator of its source, if it has only one. */
  validator?: string;
  /** A stored error; there is no answer then. */
  error?: { code: ErrorCode; message: string; param?: string };
};

export type Entry = { about: About; headers: Headers; body: ReadableStream<Uint8Array> | null };

const HEADER = 'X-Tessera-Entry';
/** Headers that belong to one request, or are set anew for each. */
const NOT_STORED = ['Age', 'Cache-Status', 'Preference-Applied', 'Server-Timing', 'Set-Cookie'];

/** The response to store for an answer; takes over the body. */
export function toStored(
  body: BodyInit | null,
  headers: Headers,
  about: Omit<About, 'control'>,
): Response {
  const kept = new Headers(headers);
  const control = headers.get('Cache-Control') ?? '';
  for (const name of NOT_STORED) kept.delete(name);
  kept.set('Cache-Control', `public, max-age=${lifeOf(readFreshness(control))}`);
  kept.set(HEADER, encodeURIComponent(JSON.stringify({ ...about, control })));
  return new Response(body, { headers: kept });
}

/** The answer in a stored response; undefined if `toStored` did not make it. */
export function fromStored(stored: Response): Entry | undefined {
  const about = readAbout(stored.headers.get(HEADER));
  if (!about) return undefined;
  const headers = new Headers(stored.headers);
  for (const name of [HEADER, 'CF-Cache-Status', ...NOT_STORED]) headers.delete(name);
  headers.set('Cache-Control', about.control);
  return { about, headers, body: stored.body };
}

/** The stored error as an `AppError`. */
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
