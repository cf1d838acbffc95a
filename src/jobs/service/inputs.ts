// The pictures of a request as inputs of a job: named, digested, stored.
import { digestOf } from '../../crypto.ts';
import { type BlobStore, inputKey } from '../blobs.ts';
import type { JobInput } from '../job.ts';

/** One picture of a request. */
export type InputFile = { name: string; bytes: Uint8Array };

/** Describes the files in their order. */
export const describeInputs = (files: readonly InputFile[]): Promise<JobInput[]> =>
  Promise.all(
    files.map(async ({ name, bytes }) => ({
      name,
      bytes: bytes.byteLength,
      sha256: await digestOf(bytes),
    })),
  );

/**
 * Stores the files under the digests of their `inputs`. Writes also what is stored already, because the bucket deletes objects by
 * their age.
 */
export async function storeInputs(
  files: readonly InputFile[],
  inputs: readonly JobInput[],
  blobs: BlobStore,
): Promise<void> {
  for (const [index, { bytes }] of files.entries()) {
    const input = inputs[index]!;
    if (!(await blobs.put(inputKey(input.sha256), bytes, input))) {
      throw new Error('a picture changed while it was stored');
    }
  }
}
