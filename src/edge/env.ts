// The bindings that the Worker is configured with (`wrangler.toml`, `wrangler.jobs.toml`).
import type { DayLedger } from '../jobs/day-ledger.ts';
import type { RunRef } from '../jobs/record.ts';
import type { JobStore } from '../jobs/store/store.ts';
import type { Assets } from './cloudflare.ts';
import { JOB_BINDINGS } from './settings.ts';

/** What jobs need (`wrangler.jobs.toml`). */
export type JobBindings = {
  JOBS: DurableObjectNamespace<JobStore>;
  GPU_DAY: DurableObjectNamespace<DayLedger>;
  JOB_RUNS: Workflow<RunRef>;
  /** Files of jobs, and answers if `RESULT_STORE` is `r2`. */
  JOB_BLOBS: R2Bucket;
  /** Containers as backends (`GPU_BACKENDS=container:0`). */
  CPU_BACKEND?: DurableObjectNamespace<{ fetch: (request: Request) => Promise<Response> }>;
};

export type Env = Partial<JobBindings> & {
  ASSETS: Assets;
  /** The pictures that requests may name by `r2:<key>`. */
  SOURCE_BUCKET?: R2Bucket;
  /** Decodes what the isolate cannot hold, for money. */
  IMAGES?: ImagesBinding;
} & Record<string, unknown>;

/** A Worker with all that jobs need. */
export type JobEnv = Env & JobBindings;

/** Whether the Worker has all that jobs need. */
export const hasJobs = (env: Env): env is JobEnv => JOB_BINDINGS.every((name) => name in env);
