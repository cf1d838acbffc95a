// SHA-256 digests, HMAC-SHA256 and the texts that bytes are written as.

/** Bytes that Web Crypto accepts: not backed by shared memory. */
export type OwnBytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const HMAC_SHA256 = { name: 'HMAC', hash: 'SHA-256' };

const bytesOf = (data: string | Uint8Array): OwnBytes =>
  (typeof data === 'string' ? encoder.encode(data) : data) as OwnBytes;

/** SHA-256 of bytes, or of a text's UTF-8, in 64 lower-case hexadecimal digits. */
export const digestOf = async (data: string | Uint8Array): Promise<string> =>
  hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', bytesOf(data))));

/** HMAC-SHA256 of bytes, or of a text's UTF-8: 32 bytes. */
export async function hmac(key: OwnBytes, message: string | Uint8Array): Promise<OwnBytes> {
  const imported = await crypto.subtle.importKey('raw', key, HMAC_SHA256, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, bytesOf(message)));
}

/** Whether `mac` is the HMAC-SHA256 of the message; takes the same time wherever the two differ. */
export async function isHmac(
  mac: OwnBytes,
  { key, message }: { key: OwnBytes; message: string | Uint8Array },
): Promise<boolean> {
  const imported = await crypto.subtle.importKey('raw', key, HMAC_SHA256, false, ['verify']);
  return crypto.subtle.verify('HMAC', imported, mac, bytesOf(message));
}

/** Lower-case hexadecimal digits, two per byte. */
export const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The bytes of an even number of hexadecimal digits. */
export const bytesOfHex = (hex: string): OwnBytes =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** Base64url without padding. */
export const base64UrlOf = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** The bytes of base64url without padding. Throws if the text is none. */
export const bytesOfBase64Url = (text: string): OwnBytes =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  );
