// The contract of stores of jobs' bytes, in memory and on R2.
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/crypto.ts';
import type { BlobStore } from '../../src/jobs/blobs.ts';

const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31) % 251);

// The bytes in pieces, as from a network.
const streamOf = (whole: Uint8Array, fails = false): ReadableStream<Uint8Array> => {
  let at = 0;
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      if (fails && at > 0) return controller.error(new Error('the connection broke'));
      if (at >= whole.byteLength) return controller.close();
      controller.enqueue(whole.slice(at, at + 16_384));
      at += 16_384;
    },
  } as UnderlyingByteSource);
};

export function describeBlobStore(open: () => BlobStore): void {
  const read = async (key: string): Promise<Uint8Array | undefined> => {
    const found = await open().get(key);
    if (!found) return undefined;
    const body = new Uint8Array(await new Response(found.body).arrayBuffer());
    expect(found.bytes).toBe(body.byteLength);
    return body;
  };

  describe('a store of blobs', () => {
    it('keeps bytes and streams of them until they are deleted', async () => {
      const about = { bytes: bytes.byteLength, sha256: await digestOf(bytes) };
      expect(await open().put('kept/a', bytes, about)).toBe(true);
      expect(await open().put('kept/b', streamOf(bytes), about)).toBe(true);
      expect(await read('kept/a')).toEqual(bytes);
      expect(await read('kept/b')).toEqual(bytes);
      await open().delete('kept/a');
      await open().delete('kept/a');
      expect(await read('kept/a')).toBeUndefined();
    });

    it('stores nothing if the digest does not match', async () => {
      const about = { bytes: bytes.byteLength, sha256: await digestOf(bytes.subarray(1)) };
      expect(await open().put('other/a', bytes, about)).toBe(false);
      expect(await open().put('other/b', streamOf(bytes), about)).toBe(false);
      expect(await read('other/a')).toBeUndefined();
      expect(await read('other/b')).toBeUndefined();
    });

    it.each([-1, 1])(
      'stores nothing if a stream has %i bytes more than announced',
      async (more) => {
        const about = { bytes: bytes.byteLength - more, sha256: await digestOf(bytes) };
        expect(await open().put('length/a', streamOf(bytes), about)).toBe(false);
        expect(await read('length/a')).toBeUndefined();
      },
    );

    it('throws and stores nothing if the stream breaks', async () => {
      const about = { bytes: bytes.byteLength, sha256: await digestOf(bytes) };
      await expect(open().put('broken/a', streamOf(bytes, true), about)).rejects.toThrow();
      expect(await read('broken/a')).toBeUndefined();
    });
  });
}
