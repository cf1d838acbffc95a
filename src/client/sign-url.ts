// Signs transform URLs.
import { AppError, paramError } from '../errors.ts';
import { type SigningKey, signText, urlText } from '../signing.ts';
import { splitTransformPath } from '../url-text.ts';

/** Where a signed URL ends: a date, or seconds since 1970. */
export type Expiry = number | Date;

/**
 * A transform URL in its canonical form with its signature, which takes the place of one that it has; with `expires` it is refused from
 * then on. Throws `bad_url` where it is no transform URL, `bad_option` where it expires already.
 */
export async function signUrl(
  url: URL,
  { key, expires }: { key: SigningKey; expires?: Expiry | undefined },
): Promise<URL> {
  if (!/^\/+t(?:\/|$)/.test(url.pathname)) {
    const got = JSON.stringify(url.pathname.slice(0, 64));
    throw new AppError('bad_url', `expected a transform URL, /t/<segments>/<source>, got ${got}`);
  }
  const { path: unlimited, query } = splitTransformPath(url);
  const path = expires === undefined ? unlimited : expiring(unlimited, expires);
  const signature = await signText(urlText({ path, query }), key);
  const signed = new URL(url);
  signed.pathname = `/t/s:${signature}/${path}`;
  signed.hash = '';
  return signed;
}

/** Seconds since 1970. Throws `bad_option`. */
function expirySeconds(expires: Expiry): number {
  const seconds = expires instanceof Date ? expires.getTime() / 1000 : expires;
  if (Number.isFinite(seconds) && seconds >= 0) return Math.floor(seconds);
  throw paramError({ param: 'exp', expected: 'a date or seconds since 1970', got: `${seconds}` });
}

// First of the segments: nothing before it can be taken for a source.
function expiring(path: string, expires: Expiry): string {
  if (/(?:^|[/,])exp=/.test(planOf(path))) {
    throw paramError({ param: 'exp', expected: 'once, the URL has one already' });
  }
  return `exp=${expirySeconds(expires)}/${path}`;
}

const planOf = (path: string): string =>
  path.split(/(?:^|\/)(?:https?(?::|%3A)|asset:|r2:|b64:)/i)[0] ?? '';
