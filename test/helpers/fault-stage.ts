// A Worker with backends behind wires, all of them real processes, for tests of what happens when one of them fails.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type BundledWorker, startBundledWorker } from './bundled-worker.ts';
import { type BackendProcess, SECRET, startBackend } from './gpu-backend.ts';
import { installSeededModel } from './seeded-model.ts';
import { type Exchange, linesIn, openWire, type Wire } from './wire.ts';

/** One backend, and the wire that leads to it. */
export type Post = { wire: Wire; backend: BackendProcess };

const folder = mkdtempSync(join(tmpdir(), 'tessera-faults-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const models = join(folder, 'models');
await installSeededModel(models);

/** Longer than the pauses of a busy machine. */
export const SILENCE_MS = 4000;

/** Everything that is waited for, short. */
const limits = {
  JOB_ATTEMPTS: '6',
  JOB_RETRY_MS: '500',
  JOB_CONNECT_MS: '8000',
  JOB_SILENCE_MS: String(SILENCE_MS),
  JOB_WATCH_MS: '2000',
};

/** Enough for one to be stored. */
const CHECKPOINTS = 3;

/** Settings of the backends. */
export const backendEnv = {
  GPU_MODELS: models,
  GPU_WORK_DIR: folder,
  GPU_CHECKPOINT_MS: '200',
  GPU_HEARTBEAT_MS: '200',
  GPU_DRAIN_MS: '300',
};

/** Starts a backend that ends with the test. */
export async function startPost(): Promise<BackendProcess> {
  const backend = await startBackend(backendEnv);
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

/** What was said, in order. */
const said = (posts: readonly Post[]): readonly Exchange[] =>
  posts.flatMap(({ wire }) => wire.exchanges).sort((a, b) => a.at - b.at);

/** Jobs that a backend took. */
export const taken = (posts: readonly Post[]): readonly Exchange[] =>
  said(posts).filter(({ method, status }) => method === 'PUT' && status === 200);

const isCheckpoint = ({ path, whole }: Exchange): boolean =>
  path.includes('/checkpoint') && whole === true;

/** The post that renders, once the Worker has fetched some checkpoints. */
export async function postMidJob(posts: readonly Post[]): Promise<Post> {
  const find = () =>
    posts.find(({ wire }) => wire.exchanges.filter(isCheckpoint).length >= CHECKPOINTS);
  await expect.poll(find, { timeout: 60_000, interval: 10 }).toBeDefined();
  return find() as Post;
}

/** Expects a second attempt that went on from the last checkpoint that the Worker had got from the first, or was still getting. */
export function expectResumed(posts: readonly Post[]): void {
  const [, second] = taken(posts);
  const tags = said(posts)
    .filter((exchange) => isCheckpoint(exchange) && exchange.at < (second?.at ?? 0))
    .map(({ tag }) => tag);
  const { step = 0, sha256 } = second?.head?.checkpoint ?? {};
  expect(tags.slice(-2)).toContain(`"${sha256}"`);
  const steps = second && linesIn(second).flatMap((line) => ('step' in line ? [line.step] : []));
  expect(steps?.[0] ?? 0).toBeGreaterThan(step);
}
