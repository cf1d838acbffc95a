// The bindings that the Worker is configured with (`wrangler.toml`).
import type { DayLedger } from '../jobs/day-ledger.ts';
import type { RunRef } from '../jobs/record.ts';
import type { JobStore } from '../jobs/store/store.ts';
import type { Assets } from './cloudflare.ts';

export type Env = {
  ASSETS: Assets;
  JOBS: DurableObjectNamespace<JobStore>;
  GPU_DAY: DurableObjectNamespace<DayLedger>;
  JOB_RUNS: Workflow<RunRef>;
  JOB_BLOBS: R2Bucket;
  /** The pictures that requests may name by `r2:<key>`. */
  SOURCE_BUCKET?: R2Bucket;
  /** Decodes what the isolate cannot hold, for money. */
  IMAGES?: ImagesBinding;
} & Record<string, unknown>;
