// Reads the parts of an encoded PNG that tests compare.
import { inflateSync } from 'node:zlib';
import { expect } from 'vitest';
import { chunkAt, crcHolds, readPngHeader } from '../../../../src/codecs/png/chunks.ts';

/** Name and payload of every chunk; throws if a checksum is wrong or bytes are left over. */
export function chunksOf(file: Uint8Array): { name: string; payload: Uint8Array }[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  expect([...file.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const chunks = [];
  for (let at = 8; at < file.length; ) {
    const chunk = chunkAt(view, at);
    if (!chunk) throw new Error('bytes behind the last chunk');
    expect(crcHolds(file, chunk)).toBe(true);
    const name = String.fromCharCode(...file.subarray(at + 4, at + 8));
    chunks.push({ name, payload: file.subarray(chunk.start, chunk.end) });
    at = chunk.end + 4;
  }
  return chunks;
}

export const payloadOf = (file: Uint8Array, name: string): number[] => [
  ...(chunksOf(file).find((chunk) => chunk.name === name)?.payload ?? []),
];

/** The filter type of each row. */
export function filtersOf(file: Uint8Array): number[] {
  const header = readPngHeader(file);
  if (!header) throw new Error('no header');
  const rows = inflateSync(Uint8Array.from(payloadOf(file, 'IDAT')));
  const stride = rows.length / header.height;
  return Array.from({ length: header.height }, (_, y) => rows[y * stride] as number);
}
