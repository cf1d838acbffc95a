// Reads a stream in pieces as large as the platform gives: bodies of requests and responses come in 4 KiB otherwise.

/** What `readLimited` needs of a reader. A chunk is valid until the next `read`. */
export type ChunkReader = {
  read: () => Promise<ReadableStreamReadResult<Uint8Array>>;
  cancel: (reason: unknown) => Promise<void>;
  releaseLock: () => void;
};

const CHUNK_BYTES = 128 * 1024;

/** Locks the stream. */
export function chunkReader(stream: ReadableStream<Uint8Array>): ChunkReader {
  const byob = byteReader(stream);
  if (!byob) return stream.getReader();
  let buffer = new ArrayBuffer(CHUNK_BYTES);
  return {
    async read() {
      // The buffer goes to the platform and comes back with the result.
      const { done, value } = await byob.read(new Uint8Array(buffer));
      if (value) buffer = value.buffer;
      return done ? { done, value: undefined } : { done, value };
    },
    cancel: (reason) => byob.cancel(reason),
    releaseLock: () => byob.releaseLock(),
  };
}

/** Streams that are not of bytes, such as those of tests, have no such reader. */
function byteReader(stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return stream.getReader({ mode: 'byob' });
  } catch {
    return undefined;
  }
}
