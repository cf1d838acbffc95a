// Cloudflare's bindings and the configuration as the ports and limits that `jobs/` needs.
import type { Config } from '../../config.ts';
import { parseBackendKeys } from '../../jobs/auth.ts';
import {
  type Backend,
  type BackendRequest,
  createBackend,
  parseBackends,
} from '../../jobs/backend/backend.ts';
import type { DayLedger } from '../../jobs/day-ledger.ts';
import type { RunLimits, RunPorts } from '../../jobs/run/run.ts';
import { sleep } from '../../timing.ts';
import type { JobEnv } from '../env.ts';
import { createR2Blobs } from '../r2-blobs.ts';

/** Name of the one Durable Object that counts rendering time. */
const LEDGER = 'gpu';

/** The ledger of rendering time. Call it for each use: a stub does not outlive its request. */
export const ledgerOf = (env: JobEnv): DayLedger => env.GPU_DAY.getByName(LEDGER);

/** The configured backends. Throws `RangeError` if their URLs or `GPU_SECRET` are not valid. */
export function backendsOf({ GPU_BACKENDS, GPU_SECRET }: Config): readonly Backend[] {
  const urls = parseBackends(GPU_BACKENDS);
  if (urls.length === 0) return [];
  const keys = parseBackendKeys(GPU_SECRET);
  const ports = {
    now: Date.now,
    channel: (bytes: number) => new FixedLengthStream(bytes),
    fetch: (url: string, request: BackendRequest) => fetch(url, { ...request, redirect: 'manual' }),
  };
  return urls.map((url) => createBackend(url, keys, ports));
}

/** The ports of an attempt. */
export function createRunPorts(env: JobEnv, config: Config): RunPorts {
  return {
    jobs: (id) => env.JOBS.getByName(id),
    blobs: createR2Blobs(env.JOB_BLOBS),
    backends: backendsOf(config),
    now: Date.now,
    sleep,
    spend: (key, seconds) => ledgerOf(env).spend(Date.now(), key, seconds),
    log: (entry) => console.log(JSON.stringify(entry)),
  };
}

/** The limits of a run. */
export const runLimitsOf = (config: Config): RunLimits => ({
  attempts: config.JOB_ATTEMPTS,
  retryMs: config.JOB_RETRY_MS,
  queueMs: config.JOB_QUEUE_MS,
  connectMs: config.JOB_CONNECT_MS,
  silenceMs: config.JOB_SILENCE_MS,
  attemptMs: config.JOB_ATTEMPT_MS,
  // Two signs of life in a row may be lost before the run counts as dead.
  aliveMs: config.JOB_WATCH_MS / 3,
});
