// The job engine on Cloudflare: its bindings as the ports that `jobs/` knows.
import type { Config } from '../../config.ts';
import { PIPELINE_VERSION } from '../../http/caching.ts';
import { parseBackendKeys } from '../../jobs/auth.ts';
import {
  type Backend,
  type BackendRequest,
  createBackend,
  parseBackends,
} from '../../jobs/backend/backend.ts';
import type { RunLimits, RunPorts } from '../../jobs/run/run.ts';
import { createJobService } from '../../jobs/service/create-job-service.ts';
import { createJobKeys } from '../../jobs/service/keys.ts';
import type { JobService } from '../../jobs/service/service.ts';
import { sleep } from '../../jobs/sleep.ts';
import type { JobLog, RunRef } from '../../jobs/store/store.ts';
import type { Env } from '../cloudflare.ts';
import { createR2Blobs } from '../r2-blobs.ts';
import type { DayLedger } from './gpu-day.ts';

/** What jobs need of the platform. */
export type JobEnv = Env & {
  JOBS: DurableObjectNamespace<JobLog>;
  GPU_DAY: DurableObjectNamespace<DayLedger>;
  JOB_RUNS: Workflow<RunRef>;
  JOB_BLOBS: R2Bucket;
  /** Of pictures that requests may name by `r2:<key>`. */
  SOURCE_BUCKET?: R2Bucket;
};

/** The engine; undefined where no backend is configured. Throws where the configuration is wrong. */
export function createJobs(env: JobEnv, config: Config): JobService | undefined {
  const backends = backendsOf(config);
  if (backends.length === 0) return undefined;
  const ledger = (): DayLedger => env.GPU_DAY.getByName(LEDGER);
  return createJobService({
    log: (id) => env.JOBS.getByName(id),
    store: createR2Blobs(env.JOB_BLOBS),
    backends,
    keys: createJobKeys(parseBackendKeys(config.GPU_SECRET), PIPELINE_VERSION),
    now: Date.now,
    cap: { seconds: config.GPU_SECONDS_PER_DAY, spent: (day) => ledger().spent(day) },
    development: config.DEVELOPMENT,
  });
}

/** What an attempt needs. */
export function createRunPorts(env: JobEnv, config: Config): RunPorts {
  return {
    log: (id) => env.JOBS.getByName(id),
    store: createR2Blobs(env.JOB_BLOBS),
    backends: backendsOf(config),
    channel: (bytes) => new FixedLengthStream(bytes),
    now: Date.now,
    sleep,
    spend: (key, seconds) => env.GPU_DAY.getByName(LEDGER).spend(Date.now(), key, seconds),
    note: (entry) => console.log(JSON.stringify(entry)),
  };
}

/** Limits of runs from the configuration. */
export const runLimitsOf = (config: Config): RunLimits => ({
  attempts: config.JOB_ATTEMPTS,
  retryMs: config.JOB_RETRY_MS,
  queueMs: config.JOB_QUEUE_MS,
  connectMs: config.JOB_CONNECT_MS,
  silenceMs: config.JOB_SILENCE_MS,
  attemptMs: config.JOB_ATTEMPT_MS,
  // Two may go missing.
  aliveMs: config.JOB_WATCH_MS / 3,
});

/** One ledger for all. */
const LEDGER = 'gpu';

function backendsOf({ GPU_BACKENDS, GPU_SECRET }: Config): readonly Backend[] {
  const urls = parseBackends(GPU_BACKENDS);
  if (urls.length === 0) return [];
  const keys = parseBackendKeys(GPU_SECRET);
  const ports = {
    now: Date.now,
    fetch: (url: string, request: BackendRequest) => fetch(url, { ...request, redirect: 'manual' }),
  };
  return urls.map((url) => createBackend(url, keys, ports));
}
