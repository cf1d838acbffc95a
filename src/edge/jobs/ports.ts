// Cloudflare's bindings and the configuration as the ports and limits that `jobs/` needs.
import type { Config } from '../../config.ts';
import { parseBackendKeys } from '../../jobs/auth.ts';
import { type Backend, type BackendRequest, createBackend } from '../../jobs/backend/backend.ts';
import { containerOf, parseBackends } from '../../jobs/backend-addresses.ts';
import { parseBackendHeaders } from '../../jobs/backend-headers.ts';
import type { DayLedger } from '../../jobs/day-ledger.ts';
import type { RunLimits, RunPorts } from '../../jobs/run/run.ts';
import { sleep } from '../../timing.ts';
import type { JobEnv } from '../env.ts';
import { createR2Blobs } from '../r2-blobs.ts';

/** Name of the one Durable Object that counts rendering time. */
const LEDGER = 'gpu';

/** The ledger of rendering time. Call it for each use: a stub does not outlive its request. */
export const ledgerOf = (env: JobEnv): DayLedger => env.GPU_DAY.getByName(LEDGER);

/** The configured backends. Throws `RangeError` if their addresses, `GPU_SECRET` or `GPU_HEADERS` are not valid. */
export function backendsOf(
  env: JobEnv,
  { GPU_BACKENDS, GPU_SECRET, GPU_HEADERS }: Config,
): readonly Backend[] {
  const addresses = parseBackends(GPU_BACKENDS);
  if (addresses.length === 0) return [];
  const keys = parseBackendKeys(GPU_SECRET);
  const headersOf = parseBackendHeaders(GPU_HEADERS);
  const channel = (bytes: number) => new FixedLengthStream(bytes);
  return addresses.map((address) => {
    const container = containerOf(address);
    const fetch = container === undefined ? ask : askContainer(env, container);
    const url = container === undefined ? address : CONTAINER_URL;
    return createBackend(
      url,
      { keys, headers: headersOf(address) },
      { now: Date.now, channel, fetch },
    );
  });
}

/** Containers are not reached by this address, but requests need one. */
const CONTAINER_URL = 'http://container';

const ask = (url: string, request: BackendRequest): Promise<Response> =>
  fetch(url, { ...request, redirect: 'manual' });

/** Requests to the container of this number. */
const askContainer =
  ({ CPU_BACKEND }: JobEnv, number: string) =>
  async (url: string, request: BackendRequest): Promise<Response> => {
    if (!CPU_BACKEND) throw new Error('CPU_BACKEND is not bound');
    return CPU_BACKEND.getByName(number).fetch(
      new Request(url, { ...request, redirect: 'manual' }),
    );
  };

/** The ports of an attempt. */
export function createRunPorts(env: JobEnv, config: Config): RunPorts {
  return {
    jobs: (id) => env.JOBS.getByName(id),
    blobs: createR2Blobs(env.JOB_BLOBS),
    backends: backendsOf(env, config),
    now: Date.now,
    sleep,
    countSeconds: (key, seconds) => ledgerOf(env).spend(Date.now(), key, seconds),
    log: (entry) => console.log(JSON.stringify(entry)),
  };
}

/** The limits of a run. */
export const runLimitsOf = (config: Config): RunLimits => ({
  attempts: config.JOB_ATTEMPTS,
  retryMs: config.JOB_RETRY_MS,
  queueMs: config.JOB_QUEUE_MS,
  connectMs: config.JOB_CONNECT_MS,
  bodyBytes: config.JOB_BODY_BYTES,
  silenceMs: config.JOB_SILENCE_MS,
  attemptMs: config.JOB_ATTEMPT_MS,
  stepMs: config.JOB_STEP_MS,
  // Two signs of life in a row may be lost before the run counts as dead.
  aliveMs: config.JOB_WATCH_MS / 3,
});
