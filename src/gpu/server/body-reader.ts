// Reads the body of a request part by part and holds at most one chunk in memory.
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { AppError } from '../../errors.ts';

export type BodyReader = {
  /** Reads exactly so many bytes. Throws `bad_body` if the body ends before. */
  take: (bytes: number) => Promise<Uint8Array<ArrayBuffer>>;
  /** Passes exactly so many bytes on. Throws `bad_body` if the body ends before. */
  copy: (bytes: number, write: (part: Uint8Array) => Promise<unknown>) => Promise<void>;
  /** Writes so many bytes to a file. Throws `bad_body` if the body ends before, or if they have another digest. */
  save: (file: string, blob: { what: string; bytes: number; sha256: string }) => Promise<void>;
  /** Throws `bad_body` if the body continues. */
  end: () => Promise<void>;
  /** Reads and drops at most so many bytes, so that a client that is still sending can read the answer; then closes the body. */
  drain: (atMost: number) => Promise<void>;
};

/** A reader of a body. It has no timeout: the caller makes the stream fail if it stalls. */
export function createBodyReader(body: Readable): BodyReader {
  const next = createChunks(body);
  return {
    async take(bytes) {
      const all = new Uint8Array(bytes);
      let at = 0;
      for await (const part of partsOf(next, bytes, 'body')) {
        all.set(part, at);
        at += part.length;
      }
      return all;
    },
    async copy(bytes, write) {
      for await (const part of partsOf(next, bytes, 'body')) await write(part);
    },
    async save(file, { what, bytes, sha256 }) {
      const hash = createHash('sha256');
      await using handle = await open(file, 'w');
      for await (const part of partsOf(next, bytes, what)) {
        hash.update(part);
        await handle.write(part);
      }
      const digest = hash.digest('hex');
      if (digest !== sha256) {
        throw new AppError('bad_body', `${what}: expected the digest ${sha256}, got ${digest}`);
      }
    },
    async end() {
      if (await next(1)) throw new AppError('bad_body', 'body: expected its end, got more bytes');
    },
    async drain(atMost) {
      for (let left = atMost; left > 0; ) {
        const part = await next(left).catch(() => undefined);
        if (!part) return;
        left -= part.length;
      }
      body.destroy();
    },
  };
}

/** Reads the next bytes, at most `atMost`; resolves to undefined at the end of the body. */
type ReadNext = (atMost: number) => Promise<Uint8Array | undefined>;

function createChunks(body: Readable): ReadNext {
  const chunks: AsyncIterator<Uint8Array> = body.iterator({ destroyOnReturn: false });
  let rest: Uint8Array = new Uint8Array(0);
  return async (atMost) => {
    while (rest.length === 0) {
      const { value, done } = await chunks.next();
      if (done) return undefined;
      rest = value;
    }
    const part = rest.subarray(0, atMost);
    rest = rest.subarray(part.length);
    return part;
  };
}

/** The next `bytes` bytes in parts. Throws `bad_body` if the body ends before. */
async function* partsOf(next: ReadNext, bytes: number, what: string): AsyncGenerator<Uint8Array> {
  for (let left = bytes; left > 0; ) {
    const part = await next(left);
    if (!part) throw new AppError('bad_body', `${what}: expected ${left} more bytes`);
    left -= part.length;
    yield part;
  }
}
