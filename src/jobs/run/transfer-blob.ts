// Fetches what a backend announced straight into the store, where its digest is checked.
import type { Backend } from '../backend/backend.ts';
import type { JobBody } from '../backend/body.ts';
import type { JobSpec } from '../job.ts';
import { type BlobStore, type Made, madeKey } from '../blobs.ts';
import type { RunSession } from './session.ts';

export type Announced = { bytes: number; sha256: string };

/** `replaced`: a newer one has taken its place at the backend. `wrong`: it is not what was announced. */
export type Transferred = 'stored' | 'replaced' | 'wrong';

/** Most bytes of each. */
const MAX_BYTES = { preview: 2 ** 22, checkpoint: 2 ** 31, result: 2 ** 28 } as const;

/** The slowest connection that is waited for. */
const BYTES_PER_MS = 1000;

/** What sending so many bytes may take, in whole milliseconds. */
export const transferMs = (bytes: number): number => Math.ceil(bytes / BYTES_PER_MS);

/** Throws where the backend or the store fails or is too slow, and for what is too large. */
export async function transferBlob(
  blob: Made,
  { bytes, sha256 }: Announced,
  from: { spec: JobSpec; body: JobBody; backend: Backend; session: RunSession },
  { ports, limits }: { ports: { store: BlobStore }; limits: { connectMs: number } },
): Promise<Transferred> {
  if (bytes > MAX_BYTES[blob])
    throw new Error(`its ${blob} has ${bytes} bytes, expected at most ${MAX_BYTES[blob]}`);
  const { spec, body, backend, session } = from;
  const time = AbortSignal.timeout(limits.connectMs + transferMs(bytes));
  const signal = AbortSignal.any([time, session.over]);
  const { id } = spec;
  const response = await backend.fetchBlob({ id, run: body.job.run, blob }, signal);
  const tag = response.headers.get('etag');
  if (response.status !== 200 || !response.body) {
    await response.body?.cancel();
    throw new Error(`it answered with status ${response.status} for its ${blob}`);
  }
  if (tag !== null && tag !== `"${sha256}"`) {
    await response.body.cancel();
    return 'replaced';
  }
  const stored = await ports.store.put(madeKey(id, blob, sha256), response.body, { bytes, sha256 });
  return stored ? 'stored' : 'wrong';
}
