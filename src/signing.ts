// Signatures of URLs and requests: HMAC-SHA256 over a salt and a text, in imgproxy's form, so that its clients can make them.

/** A pair of secrets; whoever has both can sign. */
export type SigningKey = { key: Uint8Array<ArrayBuffer>; salt: Uint8Array<ArrayBuffer> };

/** Carries the signature of a request that has none in its path. */
export const SIGNATURE_HEADER = 'X-Signature';

const MOST_KEYS = 16;
const PAIR = /^((?:[0-9a-f]{2}){1,256}):((?:[0-9a-f]{2}){1,256})$/i;

// 32 bytes in base64url: the last character has two bits to spare, which are 0.
const MAC = /^[\w-]{42}[AEIMQUYcgkosw048]$/;

const text = new TextEncoder();

/**
 * Reads `keyhex:salthex,…`, of which the first signs and each verifies, so that keys can be changed without a pause; empty: no keys.
 * Throws RangeError, which says nothing of what came.
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

/** A fresh pair in the form that `parseSigningKeys` reads: 32 random bytes each. */
export const newSigningKey = (): string => `${randomHex(32)}:${randomHex(32)}`;

/** What is signed of a transform URL: its path behind `/t/` and the signature, and its query, both canonical. */
export const urlText = ({ path, query }: { path: string; query: string }): string =>
  `/${path}${query}`;

/** What is signed of any other request: method, canonical path with its query, and the SHA-256 of the body in lower-case hexadecimal digits. */
export const requestText = (request: { method: string; path: string; digest: string }): string =>
  [request.method, request.path, request.digest].join('\n');

/** The signature of a text: base64url of its MAC, without padding. */
export async function signText(message: string, { key, salt }: SigningKey): Promise<string> {
  const mac = await crypto.subtle.sign('HMAC', await importKey(key, 'sign'), join(salt, message));
  return base64UrlOf(new Uint8Array(mac));
}

/** Whether any of the keys made the signature; each is tried, whichever it is. */
export async function isSignature(
  signature: string,
  message: string,
  keys: readonly SigningKey[],
): Promise<boolean> {
  const mac = macOf(signature);
  if (!mac) return false;
  const verdicts = await Promise.all(
    keys.map(async ({ key, salt }) =>
      crypto.subtle.verify('HMAC', await importKey(key, 'verify'), mac, join(salt, message)),
    ),
  );
  return verdicts.includes(true);
}

/** Whether a text has the form of a signature. */
export const looksSigned = (signature: string): boolean => MAC.test(signature);

/** Bytes as base64url without padding. */
export const base64UrlOf = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

function macOf(signature: string): Uint8Array<ArrayBuffer> | undefined {
  if (!looksSigned(signature)) return undefined;
  const binary = atob(signature.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

const importKey = (key: Uint8Array<ArrayBuffer>, use: 'sign' | 'verify'): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, [use]);

function join(salt: Uint8Array, message: string): Uint8Array<ArrayBuffer> {
  const bytes = text.encode(message);
  const joined = new Uint8Array(salt.length + bytes.length);
  joined.set(salt);
  joined.set(bytes, salt.length);
  return joined;
}

const bytesOfHex = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

const randomHex = (bytes: number): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
