// Checks the compression of PNG rows: completeness, order, and cleaning up if its source fails.
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { deflate } from '../../../../src/codecs/png/write/deflate.ts';

async function* parts(
  count: number,
  bytes: number,
  failAt = count,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let i = 0; i < count; i++) {
    if (i === failAt) throw new RangeError('no more rows');
    yield new Uint8Array(bytes).map((_, k) => (i * 31 + k * k) & 255);
  }
}

async function gathered(generator: AsyncGenerator<Uint8Array>): Promise<Uint8Array[]> {
  const list: Uint8Array[] = [];
  for await (const part of generator) list.push(part);
  return list;
}

describe('deflate', () => {
  it.each([
    [0, 0],
    [1, 1],
    [7, 100],
    [9, 65_536],
  ])('gives a zlib stream of %i parts of %i bytes', async (count, bytes) => {
    const wanted = Buffer.concat(await gathered(parts(count, bytes)));
    const compressed = await deflate(parts(count, bytes));
    expect(Buffer.compare(inflateSync(compressed), wanted)).toBe(0);
  });

  it.each([0, 1, 8])("fails with its source's error after %i parts", async (failAt) => {
    await expect(deflate(parts(9, 65_536, failAt))).rejects.toThrow('no more rows');
  });
});
