// Signatures of URLs and requests: HMAC-SHA256 of a salt and a text, in imgproxy's form, so that imgproxy's clients can make them.
import {
  base64UrlOf,
  bytesOfBase64Url,
  bytesOfHex,
  hexOf,
  hmac,
  isHmac,
  type OwnBytes,
} from './crypto.ts';

/** A pair of secrets; whoever has both can sign. */
export type SigningKey = { key: OwnBytes; salt: OwnBytes };

/** Header with the signature of a request that has none in its path. */
export const SIGNATURE_HEADER = 'X-Signature';

/** Key pairs that a configuration may have at most. */
const MOST_KEYS = 16;
const PAIR = /^((?:[0-9a-f]{2}){1,256}):((?:[0-9a-f]{2}){1,256})$/i;

// 32 bytes in base64url: the last two bits of the last character are unused and must be 0.
const MAC = /^[\w-]{42}[AEIMQUYcgkosw048]$/;

const text = new TextEncoder();

/**
 * Reads `keyhex:salthex,…`. The first pair signs and every pair verifies, so keys can be changed without downtime; an empty text gives
 * no keys. Throws RangeError, whose message shows no part of the value.
 */
export function parseSigningKeys(value: string): readonly SigningKey[] {
  if (value.trim() === '') return [];
  const pairs = value.split(',');
  if (pairs.length > MOST_KEYS) {
    throw new RangeError(`expected at most ${MOST_KEYS} pairs, got ${pairs.length}`);
  }
  return pairs.map((pair, i) => {
    const [, key, salt] = PAIR.exec(pair.trim()) ?? [];
    if (key === undefined || salt === undefined) {
      throw new RangeError(
        `expected <key>:<salt> in hexadecimal digits, 1 to 256 bytes each, joined by commas; pair ${i + 1} is none`,
      );
    }
    return { key: bytesOfHex(key), salt: bytesOfHex(salt) };
  });
}

/** A new pair of 32 random bytes each, in the form that `parseSigningKeys` reads. */
export const newSigningKey = (): string => `${randomHex(32)}:${randomHex(32)}`;

/** The signed text of a transform URL: its canonical path after `/t/` and the signature, and its query. */
export const urlText = ({ path, query }: { path: string; query: string }): string =>
  `/${path}${query}`;

/** The signed text of any other request: method, canonical path with query, and the body's SHA-256 in lower-case hexadecimal digits. */
export const requestText = (request: { method: string; path: string; digest: string }): string =>
  [request.method, request.path, request.digest].join('\n');

/** The signature of a text: base64url of its HMAC, without padding. */
export const signText = async (message: string, { key, salt }: SigningKey): Promise<string> =>
  base64UrlOf(await hmac(key, join(salt, message)));

/** Whether one of the keys made the signature. All keys are tried, so the time does not show which one it was. */
export async function isSignature(
  signature: string,
  message: string,
  keys: readonly SigningKey[],
): Promise<boolean> {
  if (!looksSigned(signature)) return false;
  const mac = bytesOfBase64Url(signature);
  const verdicts = await Promise.all(
    keys.map(({ key, salt }) => isHmac(mac, { key, message: join(salt, message) })),
  );
  return verdicts.includes(true);
}

/** Whether a text has the form of a signature. */
export const looksSigned = (signature: string): boolean => MAC.test(signature);

function join(salt: Uint8Array, message: string): OwnBytes {
  const bytes = text.encode(message);
  const joined = new Uint8Array(salt.length + bytes.length);
  joined.set(salt);
  joined.set(bytes, salt.length);
  return joined;
}

const randomHex = (bytes: number): string => hexOf(crypto.getRandomValues(new Uint8Array(bytes)));
