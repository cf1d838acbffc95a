// Signs transform URLs.
import { paramError, quoted } from '../errors.ts';
import { type SigningKey, signText, urlText } from '../signing.ts';
import { splitTransformPath } from '../url-text.ts';
import { splitPlan } from './source-text.ts';

/** When a signed URL expires: a date, or seconds since 1970. */
export type Expiry = number | Date;

/**
 * The canonical form of a transform URL with a signature, which replaces an earlier one. With `expires`, the service refuses the URL
 * from that time on. Throws `bad_url` unless it is a transform URL, and `bad_option` if it already has an expiry.
 */
export async function signUrl(
  url: URL,
  { key, expires }: { key: SigningKey; expires?: Expiry | undefined },
): Promise<URL> {
  if (!/^\/+t(?:\/|$)/.test(url.pathname)) {
    const expected = 'a transform URL, /t/<segments>/<source>';
    throw paramError({ code: 'bad_url', param: 'url', expected, got: quoted(url.pathname) });
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

// `exp` becomes the first segment, so that nothing before it can be mistaken for a source.
function expiring(path: string, expires: Expiry): string {
  if (/(?:^|[/,])exp=/.test(splitPlan(path).plan)) {
    throw paramError({ param: 'exp', expected: 'once, the URL has one already' });
  }
  return `exp=${expirySeconds(expires)}/${path}`;
}
