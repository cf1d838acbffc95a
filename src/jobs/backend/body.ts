// The body of a job's request to a backend: the head, then the blobs, piped and never held in memory.
import type { StoredBody } from '../blobs.ts';
import type { JobHead } from '../protocol.ts';

/** A pipe that passes exactly `bytes` bytes. */
export type Channel = (bytes: number) => {
  readable: ReadableStream<Uint8Array>;
  writable: WritableStream<Uint8Array>;
};

/** Begins to write the body. `head` is its signed part, in UTF-8; `stream` is the whole, with the length of the head in front. */
export function writeBody(
  job: JobHead,
  blobs: readonly StoredBody[],
  channel: Channel,
): { head: Uint8Array<ArrayBuffer>; stream: ReadableStream<Uint8Array> } {
  const head = new TextEncoder().encode(JSON.stringify(job));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, head.byteLength);
  const bytes = blobs.reduce((sum, blob) => sum + blob.bytes, 4 + head.byteLength);
  const { readable, writable } = channel(bytes);
  // A backend that already has the job, or has no room, does not read the rest, and the pipe breaks.
  void writeAll([length, head], blobs, writable).catch(() => {});
  return { head, stream: readable };
}

async function writeAll(
  first: readonly Uint8Array[],
  blobs: readonly StoredBody[],
  writable: WritableStream<Uint8Array>,
): Promise<void> {
  const writer = writable.getWriter();
  for (const chunk of first) await writer.write(chunk);
  writer.releaseLock();
  for (const { body } of blobs) await body.pipeTo(writable, { preventClose: true });
  await writable.close();
}
