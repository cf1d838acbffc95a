// Reads a stream in the largest chunks that the platform offers; the default reader gives 4 KiB chunks of request and response bodies.

/** The part of a stream reader that `readLimited` uses. A chunk is valid until the next `read`. */
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
      // The read transfers the buffer to the platform; the result returns it.
      const { done, value } = await byob.read(new Uint8Array(buffer));
      if (value) buffer = value.buffer;
      return done ? { done, value: undefined } : { done, value };
    },
    cancel: (reason) => byob.cancel(reason),
    releaseLock: () => byob.releaseLock(),
  };
}

/** Only byte streams have this reader; other streams, as in tests, get the default one. */
function byteReader(stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return stream.getReader({ mode: 'byob' });
  } catch {
    return undefined;
  }
}
