// Opens what a backend needs of a job: its head and the stored blobs that follow it.
import { type BlobStore, inputKey, madeKey, type StoredBody } from '../blobs.ts';
import { MAX_HEAD_BYTES } from '../head.ts';
import type { JobHead } from '../protocol.ts';
import type { JobRecord } from '../record.ts';

export type OpenedJob = {
  head: JobHead;
  blobs: readonly StoredBody[];
  /** Cancels the blobs whose reading has not begun. */
  close: () => Promise<void>;
};

/**
 * To be closed. Undefined if one of the job's pictures is not stored any more; without its checkpoint if that is not. If the blobs have
 * more than `bodyBytes` bytes in all, they are to be sent apart from the head.
 */
export async function openJob(
  { job, spec, checkpoint }: JobRecord,
  blobs: BlobStore,
  bodyBytes: number,
): Promise<OpenedJob | undefined> {
  const opened: StoredBody[] = [];
  const close = async (): Promise<void> => {
    for (const { body } of opened) if (!body.locked) await body.cancel().catch(() => {});
  };
  try {
    for (const { sha256 } of spec.inputs) {
      const found = await blobs.get(inputKey(sha256));
      if (!found) {
        await close();
        return undefined;
      }
      opened.push(found);
    }
    const saved =
      checkpoint && (await blobs.get(madeKey(spec.id, 'checkpoint', checkpoint.sha256)));
    if (saved) opened.push(saved);
    const { id, plan, accept, inputs } = spec;
    const { run, attempt } = job;
    const bytes = opened.reduce((sum, blob) => sum + blob.bytes, 0);
    const head: JobHead = {
      id,
      run,
      attempt,
      plan,
      accept,
      inputs,
      ...(saved && checkpoint && { checkpoint }),
      ...(bytes + MAX_HEAD_BYTES > bodyBytes && { apart: true as const }),
    };
    return { head, blobs: opened, close };
  } catch (error) {
    await close();
    throw error;
  }
}
