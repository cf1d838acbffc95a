// Byte access that the header readers share: views and four-letter tags.

/** A `DataView` over exactly the bytes of `bytes`. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The big-endian 32-bit number that spells `tag`, four ASCII characters. */
export function fourCc(tag: string): number {
  let value = 0;
  for (let i = 0; i < 4; i++) value = (value << 8) | tag.charCodeAt(i);
  return value >>> 0;
}

/** Bytes `start…end` as text, one character per byte; shorter if `bytes` ends before `end`. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (const byte of bytes.subarray(start, end)) text += String.fromCharCode(byte);
  return text;
}
