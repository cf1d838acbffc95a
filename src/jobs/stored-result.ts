// The record that a job has a result. It is written after the picture, so the picture that it names exists.

import {
  type BlobStore,
  madeKey,
  readText,
  resultKey,
  type StoredBody,
  writeText,
} from './blobs.ts';
import type { JobResult } from './job.ts';

export type StoredResult = {
  result: JobResult;
  /** File name. */
  name: string;
};

/** The result with its picture, whose `body` is to be read or canceled. Undefined if there is none yet, or if it was deleted. */
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

/** The result without its picture; undefined as for `openResult`. */
export async function readResult(store: BlobStore, id: string): Promise<JobResult | undefined> {
  const opened = await openResult(store, id);
  await opened?.body.cancel();
  return opened?.result;
}

/** Records a result whose picture is stored. */
export const writeResult = (store: BlobStore, id: string, stored: StoredResult): Promise<void> =>
  writeText(store, resultKey(id), JSON.stringify(stored));
