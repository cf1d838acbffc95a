// A Worker with backends behind relays, all real processes, for tests in which one of them fails.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished } from 'vitest';
import { type BundledWorker, startBundledWorker } from './bundled-worker.ts';
import { type BackendProcess, SECRET, startBackend } from './gpu-backend.ts';
import { type Exchange, linesIn, openRelay, type Relay } from './relay.ts';
import { startWorkerProcess } from './worker-process.ts';

/** One backend, and the relay to it. */
export type RelayedBackend = { relay: Relay; backend: BackendProcess };

/** Milliseconds until a backend counts as silent: longer than the pauses of a busy machine. */
export const SILENCE_MS = 4000;

/** Short timeouts. */
const limits = {
  // Together with the pauses enough for a backend that starts on a busy machine.
  JOB_ATTEMPTS: '8',
  JOB_RETRY_MS: '500',
  JOB_CONNECT_MS: '8000',
  JOB_SILENCE_MS: String(SILENCE_MS),
  JOB_WATCH_MS: '2000',
};

/** Checkpoints to wait for: enough that one is stored, and that moments and averages matter. */
const CHECKPOINTS = 3;

/** Starts a backend that ends with the test. */
export async function startTestBackend(): Promise<BackendProcess> {
  const backend = await startBackend(inject('backendEnv'));
  onTestFinished(() => kill(backend));
  await backend.logged('device');
  return backend;
}

/** Relays without a backend yet. */
const openRelays = (count: number): Promise<Relay[]> =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const relay = await openRelay();
      onTestFinished(relay.close);
      return relay;
    }),
  );

const startRelayedBackends = (relays: readonly Relay[]): Promise<RelayedBackend[]> =>
  Promise.all(
    relays.map(async (relay) => {
      const backend = await startTestBackend();
      relay.switchTo(backend.url);
      return { relay, backend };
    }),
  );

const varsOf = (
  relays: readonly Relay[],
  vars: Record<string, string>,
): Record<string, string> => ({
  GPU_BACKENDS: relays.map(({ url }) => url).join(),
  GPU_SECRET: SECRET,
  // The relays speak http.
  DEVELOPMENT: 'true',
  ...limits,
  ...vars,
});

/** A Worker with that many backends; all end with the test. */
export async function startWorkerWithBackends(
  count: number,
  vars: Record<string, string> = {},
): Promise<{ worker: BundledWorker; backends: RelayedBackend[] }> {
  const relays = await openRelays(count);
  const startWorker = async (): Promise<BundledWorker> => {
    const worker = await startBundledWorker(varsOf(relays, vars));
    onTestFinished(worker.close);
    return worker;
  };
  const [worker, backends] = await Promise.all([startWorker(), startRelayedBackends(relays)]);
  return { worker, backends };
}

/** Like `startWorkerWithBackends`, with a Worker that can be killed and restarted on its state. */
export async function startRestartableWorker(
  count: number,
  vars: Record<string, string> = {},
): Promise<{ startWorker: () => Promise<BundledWorker>; backends: RelayedBackend[] }> {
  const relays = await openRelays(count);
  const persist = await mkdtemp(join(tmpdir(), 'tessera-state-'));
  onTestFinished(() => rm(persist, { recursive: true, force: true }));
  return {
    backends: await startRelayedBackends(relays),
    async startWorker() {
      const worker = await startWorkerProcess(varsOf(relays, vars), { persist });
      onTestFinished(worker.close);
      return worker;
    },
  };
}

/** Kills a backend, also one that was stopped. */
export async function kill({ process: child, ended }: BackendProcess): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

/** All exchanges, in order. */
const exchangesOf = (backends: readonly RelayedBackend[]): readonly Exchange[] =>
  backends.flatMap(({ relay }) => relay.exchanges).sort((a, b) => a.at - b.at);

/** Exchanges in which a backend accepted a job. */
export const acceptedJobs = (backends: readonly RelayedBackend[]): readonly Exchange[] =>
  exchangesOf(backends).filter(({ head, status }) => head && status === 200);

const isCheckpoint = ({ path, whole }: Exchange): boolean =>
  path.includes('/checkpoint') && whole === true;

/** The backend that renders, after the Worker has fetched some checkpoints. */
export async function backendMidJob(backends: readonly RelayedBackend[]): Promise<RelayedBackend> {
  const find = () =>
    backends.find(({ relay }) => relay.exchanges.filter(isCheckpoint).length >= CHECKPOINTS);
  await expect.poll(find, { timeout: 60_000, interval: 25 }).toBeDefined();
  return find() as RelayedBackend;
}

/** Expects that a second attempt continued from the last checkpoint that the Worker had fetched from the first one, or was fetching. */
export function expectResumed(backends: readonly RelayedBackend[]): void {
  const [, second] = acceptedJobs(backends);
  const tags = exchangesOf(backends)
    .filter((exchange) => isCheckpoint(exchange) && exchange.at < (second?.at ?? 0))
    .map(({ tag }) => tag);
  const { step = 0, sha256 } = second?.head?.checkpoint ?? {};
  expect(tags.slice(-2)).toContain(`"${sha256}"`);
  const steps = second && linesIn(second).flatMap((line) => ('step' in line ? [line.step] : []));
  expect(steps?.[0] ?? 0).toBeGreaterThan(step);
}

/** Changes one byte of each `chosen` answer, but not its length or announced digest. */
export function alterAnswers(
  { relay }: RelayedBackend,
  chosen: (exchange: Exchange) => boolean,
): void {
  relay.change((chunk, exchange) => {
    if (!chosen(exchange)) return chunk;
    const other = Buffer.from(chunk);
    other[0] = other[0]! ^ 1;
    return other;
  });
}

/** Whether an exchange is about a job's blob of this name, such as `result`. */
export const isOf =
  (blob: string) =>
  ({ path }: Exchange): boolean =>
    path.includes(`/${blob}?`);
