// Transforms that already have a job: found by key, without asking a source.
import type { Context } from 'hono';
import { AppError } from '../../errors.ts';
import { isFinal, type Job } from '../../jobs/job.ts';
import { isGpuOnly, type Plan } from '../../plan/plan.ts';
import type { OutputChoice } from '../../render/output-format.ts';
import { cacheHeaders } from '../caching.ts';
import { answerWithJob, isCurrent } from '../jobs/answer.ts';
import { earlierStandIn } from '../jobs/stand-in.ts';
import { note } from '../observe/request-details.ts';
import type { Services } from '../services.ts';
import { type AnswerControl, answerControl } from './answer-control.ts';

export type KeyedPlan = {
  plan: Plan;
  output: OutputChoice;
  key: string;
  /** Key of its job; undefined if it is not known. */
  indexKey: string | undefined;
  /** When the request arrived, in milliseconds since 1970. */
  at: number;
};

/** Where jobs are looked for: among those that this isolate has seen, which costs nothing, or in the index of all. */
export type Among = 'seen' | 'all';

/** A job to wait for, and how its picture may be kept. */
export type PendingJob = { job: Job; control: AnswerControl };

/** The job under a key, or its answer if no wait is needed; `undefined` if there is none, its picture was deleted, or the sources must be asked. */
export async function knownJobAnswer(
  c: Context,
  asked: KeyedPlan & { among: Among },
  services: Services,
): Promise<Response | PendingJob | undefined> {
  const job = await knownJob(asked, services);
  const maxAge = services.config.CACHE_MAX_AGE;
  if (!job || !isCurrent(job, { at: asked.at, maxAge })) return undefined;
  note(c, { job });
  if (wantsStandIn(asked.plan, job)) return earlierStandIn(c, job, asked, services);
  const control = answerControl([], services.config);
  if (job.state !== 'succeeded') return { job, control };
  try {
    return await answerForKey(c, { job, control }, asked, services);
  } catch (error) {
    // Old results are deleted by age, even if they are still fresh.
    if (error instanceof AppError && error.code === 'job_missing') return undefined;
    throw error;
  }
}

/** The answer of a job, when it has ended or the client's wait is over. A picture that may be shared is stored under the transform's key. */
export async function answerForKey(
  c: Context,
  { job, control }: PendingJob,
  { key, at, output }: Pick<KeyedPlan, 'key' | 'at' | 'output'>,
  services: Services,
): Promise<Response> {
  const headers = cacheHeaders(control.header, output);
  const response = await answerWithJob(c, { job, headers }, services);
  if (response.status === 200 && control.shared)
    c.executionCtx.waitUntil(services.cache.put(key, response.clone(), at));
  return response;
}

/** Whether the client wants a quick picture instead of waiting for the job. */
export const wantsStandIn = ({ output }: Plan, { state }: Job): boolean =>
  output.pending === 'preview' && !isFinal(state);

async function knownJob(
  { plan, indexKey, among }: KeyedPlan & { among: Among },
  { jobs, jobIndex, observer }: Pick<Services, 'jobs' | 'jobIndex' | 'observer'>,
): Promise<Job | undefined> {
  if (indexKey === undefined) return undefined;
  try {
    const id = among === 'seen' ? jobIndex.seen(indexKey) : await jobIndex.find(indexKey);
    return id === undefined ? undefined : await jobs.find(id);
  } catch (error) {
    // The edge can render this plan without the job engine.
    if (plan.steps.some(isGpuOnly)) throw error;
    observer.log({ event: 'job_lookup_failed', message: String(error) });
    return undefined;
  }
}
