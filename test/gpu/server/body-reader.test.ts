import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBodyReader } from '../../../src/gpu/server/body-reader.ts';

const chunked = (bytes: Uint8Array, sizes: readonly number[]): Readable => {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] as number;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return Readable.from(chunks, { objectMode: false });
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a body', () => {
  it('is read the same however it is cut into chunks', async () => {
    const file = join(folder, 'blob');
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.uint8Array({ maxLength: 400 }),
        fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 8 }),
        async (head, blob, sizes) => {
          const body = createBodyReader(chunked(new Uint8Array([...head, ...blob]), sizes));
          expect(await body.take(head.length)).toEqual(new Uint8Array(head));
          await body.save(file, { what: 'blob', bytes: blob.length, sha256: sha256(blob) });
          await body.end();
          expect(new Uint8Array(await readFile(file))).toEqual(new Uint8Array(blob));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is refused if its digest differs from the announced one', async () => {
    const body = createBodyReader(chunked(new Uint8Array(10), [3]));
    const blob = { what: 'blob', bytes: 10, sha256: sha256(new Uint8Array(9)) };
    await expect(body.save(join(folder, 'wrong'), blob)).rejects.toMatchObject({
      code: 'bad_body',
    });
  });

  it('is drained to its end, and cut off if that is too much', async () => {
    for (const [atMost, destroyed] of [
      [100, false],
      [20, true],
    ] as const) {
      const stream = chunked(new Uint8Array(64), [8]);
      const body = createBodyReader(stream);
      await body.take(4);
      await body.drain(atMost);
      expect(stream.destroyed && !stream.readableEnded).toBe(destroyed);
    }
  });
});
