// The stored fact that a job has its result: written after the picture itself, so that what it names is there.
import { type BlobStore, readText, resultKey, writeText } from './blobs.ts';
import type { JobResult } from './job.ts';

export type StoredResult = {
  result: JobResult;
  /** File name. */
  name: string;
};

/** Undefined while there is none. */
export async function readResult(store: BlobStore, id: string): Promise<StoredResult | undefined> {
  const text = await readText(store, resultKey(id));
  return text === undefined ? undefined : (JSON.parse(text) as StoredResult);
}

/** To be called when the picture is stored. */
export const writeResult = (store: BlobStore, id: string, stored: StoredResult): Promise<void> =>
  writeText(store, resultKey(id), JSON.stringify(stored));
