// Writes the part of protocol buffers' wire format that models need. Bytes are copied once, into the finished message.

/** A part of a message: pieces to be joined, and their length in bytes. */
export type Bytes = { length: number; pieces: readonly Uint8Array[] };

const joined = (parts: readonly Bytes[]): Bytes => ({
  length: parts.reduce((length, part) => length + part.length, 0),
  pieces: parts.flatMap((part) => part.pieces),
});

const raw = (bytes: Uint8Array): Bytes => ({ length: bytes.length, pieces: [bytes] });

function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

const key = (field: number, wire: number): Bytes => raw(varint(field * 8 + wire));

/** An integer field; negative ones as 64-bit two's complement. */
export const integer = (field: number, value: number): Bytes =>
  joined([key(field, 0), raw(varint(value))]);

/** A 32-bit float field. */
export const float = (field: number, value: number): Bytes =>
  joined([key(field, 5), raw(new Uint8Array(Float32Array.of(value).buffer))]);

/** A field of bytes, which are not copied. */
export const bytes = (field: number, value: Uint8Array): Bytes => message(field, [raw(value)]);

/** A field of text. */
export const text = (field: number, value: string): Bytes =>
  bytes(field, new TextEncoder().encode(value));

/** A message as a field of another. */
export function message(field: number, parts: readonly Bytes[]): Bytes {
  const content = joined(parts);
  return joined([key(field, 2), raw(varint(content.length)), content]);
}

/** The finished message. Throws a RangeError beyond the 2 GiB that readers accept. */
export function toBytes(parts: readonly Bytes[]): Uint8Array {
  const { length, pieces } = joined(parts);
  if (length >= 2 ** 31)
    throw new RangeError(`protobuf: expected less than 2 GiB, got ${length} bytes`);
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
