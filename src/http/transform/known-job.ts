// Transforms that are jobs already: found by their key without asking any source.
import type { Context } from 'hono';
import { AppError } from '../../errors.ts';
import { isFinal, type Job } from '../../jobs/job.ts';
import { isGpuOnly, type Plan } from '../../plan/plan.ts';
import type { OutputChoice } from '../../render/output-format.ts';
import { freshness } from '../caching.ts';
import { answersStill, answerWithJob } from '../jobs/answer.ts';
import { awaitJob } from '../jobs/request.ts';
import { earlierStandIn } from '../jobs/stand-in.ts';
import { note } from '../observe/request-details.ts';
import type { Services } from '../services.ts';

export type KeyedPlan = {
  plan: Plan;
  output: OutputChoice;
  key: string;
  /** Of its job. */
  indexKey: string;
  /** When the request came, in milliseconds since 1970. */
  at: number;
};

/** The job that a key leads to, or its answer if that needs no waiting; `undefined` if there is none, its picture is gone, or the sources have to be asked. */
export async function knownJobAnswer(
  c: Context,
  asked: KeyedPlan,
  services: Services,
): Promise<Response | { job: Job } | undefined> {
  const job = await knownJob(asked, services);
  if (!job || !answersStill(job, services)) return undefined;
  note(c, { job });
  if (wantsStandIn(asked.plan, job)) return earlierStandIn(c, job, asked, services);
  if (job.state !== 'succeeded') return { job };
  try {
    return await answerForKey(c, { job }, asked, services);
  } catch (error) {
    // What deletes old pictures does not know for how long they are fresh.
    if (error instanceof AppError && error.code === 'job_missing') return undefined;
    throw error;
  }
}

/** The answer of a job, once it is there or the client waits no longer; a picture is stored under the transform's key. */
export async function answerForKey(
  c: Context,
  { job: latest }: { job: Job },
  { key, at }: Pick<KeyedPlan, 'key' | 'at'>,
  services: Services,
): Promise<Response> {
  const { job, applied } = await awaitJob(c, latest, services);
  const cacheControl = freshness(services.config.CACHE_MAX_AGE);
  const response = await answerWithJob(c, { job, cacheControl, applied }, services);
  if (response.status === 200)
    c.executionCtx.waitUntil(services.cache.put(key, response.clone(), at));
  return response;
}

/** Whether the client wants a quick picture instead of waiting for the job. */
export const wantsStandIn = ({ output }: Plan, { state }: Job): boolean =>
  output.pending === 'preview' && !isFinal(state);

async function knownJob(
  { plan, indexKey }: KeyedPlan,
  { jobs, observer }: Services,
): Promise<Job | undefined> {
  if (!jobs) return undefined;
  try {
    const id = await jobs.indexed(indexKey);
    return id === undefined ? undefined : await jobs.find(id);
  } catch (error) {
    // What the edge can do itself does not depend on the job engine.
    if (plan.steps.some(isGpuOnly)) throw error;
    observer.log({ event: 'job_lookup_failed', message: String(error) });
    return undefined;
  }
}
