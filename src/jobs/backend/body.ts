// The body of a job on its way to a backend: its head, then the stored blobs, piped and never held.

import type { JobHead } from '../protocol.ts';
import { type BlobStore, inputKey, madeKey, type StoredBody } from '../blobs.ts';
import type { JobRecord } from '../record.ts';

/** A pipe that passes exactly `bytes` bytes. */
export type Channel = (bytes: number) => {
  readable: ReadableStream<Uint8Array>;
  writable: WritableStream<Uint8Array>;
};

export type JobBody = {
  job: JobHead;
  head: Uint8Array<ArrayBuffer>;
  stream: ReadableStream<Uint8Array>;
  bytes: number;
  /** Lets go of what was not read. */
  close: () => Promise<void>;
};

/** Opens everything that a job needs; undefined where one of its pictures is not stored any more. */
export async function openJobBody(
  { job, spec, checkpoint }: JobRecord,
  { store, channel }: { store: BlobStore; channel: Channel },
): Promise<JobBody | undefined> {
  const opened: StoredBody[] = [];
  const close = async (): Promise<void> => {
    for (const { body } of opened) if (!body.locked) await body.cancel().catch(() => {});
  };
  try {
    for (const { sha256 } of spec.inputs) {
      const found = await store.get(inputKey(sha256));
      if (!found) {
        await close();
        return undefined;
      }
      opened.push(found);
    }
    const saved =
      checkpoint && (await store.get(madeKey(spec.id, 'checkpoint', checkpoint.sha256)));
    if (saved) opened.push(saved);
    const { id, plan, accept, inputs } = spec;
    const { run, attempt } = job;
    const head: JobHead = {
      ...{ id, run, attempt, plan, accept, inputs },
      ...(saved && checkpoint && { checkpoint }),
    };
    return { ...pipeBody(head, opened, channel), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function pipeBody(
  job: JobHead,
  blobs: readonly StoredBody[],
  channel: Channel,
): Omit<JobBody, 'close'> {
  const head = new TextEncoder().encode(JSON.stringify(job));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, head.byteLength);
  const bytes = blobs.reduce((sum, blob) => sum + blob.bytes, 4 + head.byteLength);
  const { readable, writable } = channel(bytes);
  // A backend that attaches to a running job, or has no room, does not read the rest.
  void pump([length, head], blobs, writable).catch(() => {});
  return { job, head, stream: readable, bytes };
}

async function pump(
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
