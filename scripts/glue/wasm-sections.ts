// Takes WASM files apart into their sections and joins them again.

export type Section = { id: number; body: Uint8Array };

/** Reads a section's body, in order. */
export type Reader = { at: number; readonly bytes: Uint8Array };

const HEADER = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** The sections of the module `bytes`, in their order. Throws `Error` for what is none. */
export function parseSections(bytes: Uint8Array): Section[] {
  if (HEADER.some((byte, i) => bytes[i] !== byte)) throw new Error('expected a WASM module');
  const found: Section[] = [];
  const reader = { at: HEADER.length, bytes };
  while (reader.at < bytes.length) {
    const id = bytes[reader.at++]!;
    found.push({ id, body: part(reader, unsigned(reader)) });
  }
  return found;
}

/** The file of these sections. */
export function joinSections(sections: readonly Section[]): Buffer<ArrayBuffer> {
  const parts = sections.flatMap(({ id, body }) => [
    Uint8Array.from([id, ...leb(body.length)]),
    body,
  ]);
  return Buffer.concat([Uint8Array.from(HEADER), ...parts]);
}

/** The body of the one section `id`. Throws `Error` naming it as `what` where there is none. */
export function bodyOf(sections: readonly Section[], id: number, what: string): Uint8Array {
  const section = sections.find((s) => s.id === id);
  if (!section) throw new Error(`expected a module with ${what}, got none`);
  return section.body;
}

/** A list's body with one more entry. */
export function withEntry(body: Uint8Array, entry: readonly number[]): Uint8Array {
  const reader = { at: 0, bytes: body };
  const count = leb(unsigned(reader) + 1);
  return Buffer.concat([Uint8Array.from(count), body.subarray(reader.at), Uint8Array.from(entry)]);
}

/** The next `length` bytes. Throws `Error` where the file ends before. */
export function part(reader: Reader, length: number): Uint8Array {
  const bytes = reader.bytes.subarray(reader.at, reader.at + length);
  if (bytes.length < length) throw new Error(`expected ${length} bytes, got ${bytes.length}`);
  reader.at += length;
  return bytes;
}

/** The next number, unsigned, of at most 32 bits. */
export function unsigned(reader: Reader): number {
  let value = 0;
  for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined) break;
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
  throw new Error(`expected a number of at most 32 bits before byte ${reader.at}`);
}

/** A number as the format writes it. */
export function leb(value: number): number[] {
  return value < 128 ? [value] : [128 | (value % 128), ...leb(Math.floor(value / 128))];
}

/** A name as the format writes it, ASCII only. */
export function text(value: string): number[] {
  return [...leb(value.length), ...Buffer.from(value, 'ascii')];
}
