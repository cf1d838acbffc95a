// Copies a blob that a backend announced into the store, which checks its digest.
import { type Made, madeKey } from '../blobs.ts';
import type { Turn } from './turn.ts';

export type Announced = { bytes: number; sha256: string };

/** `replaced`: the backend has a newer blob by now. `wrong`: the blob is not the announced one. */
export type Transferred = 'stored' | 'replaced' | 'wrong';

/** Largest blob of each kind, in bytes. */
const MAX_BYTES = { preview: 2 ** 22, checkpoint: 2 ** 31, result: 2 ** 28 } as const;

/** Speed of the slowest connection that is still accepted. */
const BYTES_PER_MS = 1000;

/** How long a transfer of so many bytes may take, in whole milliseconds. */
export const transferMs = (bytes: number): number => Math.ceil(bytes / BYTES_PER_MS);

/** Throws if the blob is too large, or if the backend or the store fails or is too slow. */
export async function transferBlob(
  blob: Made,
  { bytes, sha256 }: Announced,
  { spec: { id }, opened, backend, session, blobs, connectMs }: Turn,
): Promise<Transferred> {
  if (bytes > MAX_BYTES[blob]) {
    throw new Error(`its ${blob} has ${bytes} bytes, expected at most ${MAX_BYTES[blob]}`);
  }
  const timeout = AbortSignal.timeout(connectMs + transferMs(bytes));
  const signal = AbortSignal.any([timeout, session.over]);
  const response = await backend.fetchBlob({ id, run: opened.head.run, blob }, signal);
  const tag = response.headers.get('etag');
  if (response.status !== 200 || !response.body) {
    await response.body?.cancel();
    throw new Error(`it answered with status ${response.status} for its ${blob}`);
  }
  if (tag !== null && tag !== `"${sha256}"`) {
    await response.body.cancel();
    return 'replaced';
  }
  const stored = await blobs.put(madeKey(id, blob, sha256), response.body, { bytes, sha256 });
  return stored ? 'stored' : 'wrong';
}
