// The job engine on Cloudflare, with the Durable Objects and the Workflow that it runs in.
import type { Config } from '../../config.ts';
import { PIPELINE_VERSION } from '../../http/caching.ts';
import { parseBackendKeys } from '../../jobs/auth.ts';
import { createJobService, type JobService } from '../../jobs/service/service.ts';
import { type Env, hasJobs } from '../env.ts';
import { createR2Blobs } from '../r2-blobs.ts';
import { daySecondsOf } from '../settings.ts';
import { backendsOf, ledgerOf } from './ports.ts';

export { CpuBackend } from './cpu-backend.ts';
export { GpuDay } from './gpu-day.ts';
export { JobObject } from './job-object.ts';
export { JobWorkflow } from './job-workflow.ts';

/** The engine; undefined if no backend is configured, or what jobs need is not bound. Throws `RangeError` if the configuration is not valid. */
export function createJobs(env: Env, config: Config): JobService | undefined {
  if (!hasJobs(env)) return undefined;
  const backends = backendsOf(env, config);
  if (backends.length === 0) return undefined;
  return createJobService({
    jobs: (id) => env.JOBS.getByName(id),
    blobs: createR2Blobs(env.JOB_BLOBS),
    backends,
    keys: parseBackendKeys(config.GPU_SECRET),
    version: PIPELINE_VERSION,
    now: Date.now,
    dayLimit: { seconds: daySecondsOf(config), spent: (day) => ledgerOf(env).spent(day) },
    development: config.DEVELOPMENT,
  });
}
