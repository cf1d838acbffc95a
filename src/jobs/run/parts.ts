// A blob that is sent in parts, each in the body of a request of its own.
import type { StoredBody } from '../blobs.ts';

export type BlobParts = {
  /** Writes the next `bytes` bytes and closes the pipe. Throws if the blob ends before. */
  write: (bytes: number, writable: WritableStream<Uint8Array>) => Promise<void>;
  /** Cancels the rest. */
  close: () => Promise<void>;
};

/** Begins to read a blob; to be closed. */
export function readInParts({ body }: StoredBody): BlobParts {
  const reader = body.getReader();
  let rest: Uint8Array = new Uint8Array(0);
  return {
    async write(bytes, writable) {
      const writer = writable.getWriter();
      for (let left = bytes; left > 0; ) {
        if (rest.length === 0) {
          const { value, done } = await reader.read();
          if (done) throw new Error(`the blob ended ${left} bytes early`);
          rest = value;
        }
        const chunk = rest.subarray(0, left);
        rest = rest.subarray(chunk.length);
        left -= chunk.length;
        await writer.write(chunk);
      }
      await writer.close();
    },
    close: () => reader.cancel().catch(() => {}),
  };
}
