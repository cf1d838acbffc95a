// A Worker with backends behind wires, all of them real processes, for tests of what happens when one of them fails.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type BundledWorker, startBundledWorker } from './bundled-worker.ts';
import { type BackendProcess, SECRET, startBackend } from './gpu-backend.ts';
import { installSeededModel } from './seeded-model.ts';
import { type Exchange, openWire, type Wire } from './wire.ts';

/** One backend, and the wire that leads to it. */
export type Post = { wire: Wire; backend: BackendProcess };

const folder = mkdtempSync(join(tmpdir(), 'tessera-faults-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const models = join(folder, 'models');
await installSeededModel(models);

/** Everything that is waited for, short; what counts as silence is longer than the pauses of a busy machine. */
const limits = {
  JOB_ATTEMPTS: '6',
  JOB_RETRY_MS: '500',
  JOB_CONNECT_MS: '8000',
  JOB_SILENCE_MS: '4000',
  JOB_WATCH_MS: '2000',
};

/** Starts a backend that ends with the test. */
export async function startPost(): Promise<BackendProcess> {
  const backend = await startBackend({
    GPU_MODELS: models,
    GPU_WORK_DIR: folder,
    GPU_CHECKPOINT_MS: '200',
    GPU_HEARTBEAT_MS: '200',
    GPU_DRAIN_MS: '300',
  });
  onTestFinished(() => kill(backend));
  await backend.logged('device');
  return backend;
}

/** Starts so many backends, each behind a wire; all end with the test. */
export async function startPosts(count: number): Promise<Post[]> {
  const backends = await Promise.all(Array.from({ length: count }, startPost));
  return Promise.all(
    backends.map(async (backend) => {
      const wire = await openWire(backend.url);
      onTestFinished(wire.close);
      return { wire, backend };
    }),
  );
}

/** Configuration of a Worker that has these backends. */
export const workerVars = (
  urls: readonly string[],
  vars: Record<string, string> = {},
): Record<string, string> => ({
  GPU_BACKENDS: urls.join(),
  GPU_SECRET: SECRET,
  ...limits,
  ...vars,
});

/** Starts a Worker that ends with the test. */
export async function startWorker(vars: Record<string, string>): Promise<BundledWorker> {
  const worker = await startBundledWorker(vars);
  onTestFinished(worker.close);
  return worker;
}

/** A Worker with so many backends. */
export async function setStage(
  count: number,
  vars?: Record<string, string>,
): Promise<{ worker: BundledWorker; posts: Post[] }> {
  const posts = await startPosts(count);
  const urls = posts.map(({ wire }) => wire.url);
  return { worker: await startWorker(workerVars(urls, vars)), posts };
}

/** Ends a backend without a farewell, also one that was stopped. */
export async function kill({ process: child, ended }: BackendProcess): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

/** Jobs that were handed in, in order. */
export const handedIn = (posts: readonly Post[]): readonly Exchange[] =>
  posts.flatMap(({ wire }) => wire.exchanges.filter(({ method }) => method === 'PUT'));

/** SHA-256 of the checkpoints that the Worker has fetched, in order. */
export const checkpointsFetched = (posts: readonly Post[]): readonly string[] =>
  posts.flatMap(({ wire }) =>
    wire.exchanges
      .filter(({ path, whole }) => path.includes('/checkpoint') && whole === true)
      .map(({ tag }) => JSON.parse(tag as string) as string),
  );

/** The post that renders, once the Worker has fetched some checkpoints. */
export async function postMidJob(posts: readonly Post[]): Promise<Post> {
  const find = () => posts.find((post) => checkpointsFetched([post]).length >= 4);
  await expect.poll(find, { timeout: 60_000, interval: 10 }).toBeDefined();
  return find() as Post;
}

/** Expects that attempt after attempt began with the newest checkpoint that the Worker had then, or was fetching. */
export function expectResumed(posts: readonly Post[], before: readonly string[]): void {
  const [, second] = handedIn(posts).filter(({ status }) => status === 200);
  expect(second?.head?.attempt).toBeGreaterThan(1);
  expect(before.slice(-2)).toContain(second?.head?.checkpoint?.sha256);
}
