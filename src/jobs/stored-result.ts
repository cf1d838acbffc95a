// The stored fact that a job has its result: written after the picture itself, so that what it names is there.

import type { JobResult } from './job.ts';
import {
  type BlobStore,
  madeKey,
  readText,
  resultKey,
  type StoredBody,
  writeText,
} from './blobs.ts';

export type StoredResult = {
  result: JobResult;
  /** File name. */
  name: string;
};

/** With the picture, whose `body` is to be read or canceled. Undefined while there is none, or where either is not kept any more. */
export async function openResult(
  store: BlobStore,
  id: string,
): Promise<(StoredResult & Pick<StoredBody, 'body'>) | undefined> {
  const text = await readText(store, resultKey(id));
  if (text === undefined) return undefined;
  const stored = JSON.parse(text) as StoredResult;
  const picture = await store.get(madeKey(id, 'result', stored.result.sha256));
  return picture && { ...stored, body: picture.body };
}

/** Without the picture, which is there. */
export async function readResult(store: BlobStore, id: string): Promise<JobResult | undefined> {
  const opened = await openResult(store, id);
  await opened?.body.cancel();
  return opened?.result;
}

/** To be called when the picture is stored. */
export const writeResult = (store: BlobStore, id: string, stored: StoredResult): Promise<void> =>
  writeText(store, resultKey(id), JSON.stringify(stored));
