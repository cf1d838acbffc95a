// Transforms that are jobs: found by their key without asking any source, or handed to the job engine.
import type { Context } from 'hono';
import { AppError } from '../../errors.ts';
import { isFinal, type Job } from '../../jobs/job.ts';
import { isGpuOnly, type Plan } from '../../plan/plan.ts';
import { type Blobs, placePlan, type Rendered, renderPlaced } from '../../render/render.ts';
import { freshness } from '../caching.ts';
import { answersStill, answerWithJob } from '../jobs/answer.ts';
import { awaitJob, indexJob, type Submitted, submitJob } from '../jobs/request.ts';
import { earlierStandIn, standIn } from '../jobs/stand-in.ts';
import { note } from '../observe/request-details.ts';
import type { Services } from '../services.ts';
import type { OutputChoice } from './output-format.ts';
import { placesOf } from './places.ts';
import { placeContext, renderPorts } from './render-request.ts';
import { keepAnswer } from './stored-answer.ts';

export type KeyedPlan = {
  plan: Plan;
  output: OutputChoice;
  key: string;
  /** Of its job. */
  indexKey: string;
  /** When the request came, in milliseconds since 1970. */
  at: number;
};

// Uploads have no key: their sources are not known by name.
type Unkeyed = Pick<KeyedPlan, 'plan' | 'output'> & { indexKey?: string };
type Made = { blobs: Blobs; name: string };

/** What the job that a key leads to answers; `undefined` where there is none, its picture is gone, or the sources have to be asked. */
export async function answerOfKnownJob(
  c: Context,
  asked: KeyedPlan,
  services: Services,
): Promise<Response | undefined> {
  const job = await knownJob(asked, services);
  if (!job || !answersStill(job, services)) return undefined;
  note(c, { job });
  if (wantsStandIn(asked.plan, job)) return earlierStandIn(c, job, asked, services);
  try {
    return await answerForKey(c, { job }, asked, services);
  } catch (error) {
    // What deletes old pictures does not know for how long they are fresh.
    if (error instanceof AppError && error.code === 'job_missing') return undefined;
    throw error;
  }
}

/** The answer once the sources are there and nothing of them is held any more. */
export async function answerForKey(
  c: Context,
  { job: latest }: { job: Job },
  kept: Pick<KeyedPlan, 'key' | 'at'>,
  services: Services,
): Promise<Response> {
  const { job, applied } = await awaitJob(c, latest, services);
  const cacheControl = freshness(services.config.CACHE_MAX_AGE);
  const response = await answerWithJob(c, { job, cacheControl, applied }, services);
  if (response.status === 200) keepAnswer(c, kept, response, services);
  return response;
}

/** Submits: the stand-in where that is asked for, else the job, to be waited for when what was read is let go. */
async function becomeJob(
  c: Context,
  asked: Unkeyed,
  { blobs, name }: Made,
  services: Services,
): Promise<Response | Submitted> {
  const submitted = await submitJob(c, { plan: asked.plan, blobs, name }, services);
  if (asked.indexKey !== undefined) await indexJob(asked.indexKey, submitted.job, services);
  if (!wantsStandIn(asked.plan, submitted.job)) return submitted;
  return (
    (await earlierStandIn(c, submitted.job, asked, services)) ??
    standIn(c, submitted.job, { ...asked, blobs, name }, services)
  );
}

/** Renders here what the edge can do, and makes a job of the rest. `respond` makes the answer of what was rendered. */
export async function renderOrSubmit<T>(
  c: Context,
  asked: Unkeyed,
  { respond, ...made }: Made & { respond: (rendered: Rendered) => T },
  services: Services,
): Promise<T | Response | Submitted> {
  const { plan, output } = asked;
  const context = placeContext(services, await placesOf(plan, services));
  const placed = await placePlan(plan, made.blobs, output.choose, context);
  if (placed.place === 'gpu') return becomeJob(c, asked, made, services);
  try {
    return respond(await renderPlaced(placed, renderPorts(c, services)));
  } catch (error) {
    // What headers do not tell may come to more than was estimated.
    const over = error instanceof AppError && error.code === 'over_budget';
    if (!over || !services.jobs) throw error;
    return becomeJob(c, asked, made, services);
  }
}

const wantsStandIn = ({ output }: Plan, { state }: Job): boolean =>
  output.pending === 'preview' && !isFinal(state);

async function knownJob(
  { plan, indexKey }: KeyedPlan,
  services: Services,
): Promise<Job | undefined> {
  const { jobs } = services;
  if (!jobs) return undefined;
  try {
    const id = await jobs.indexed(indexKey);
    return id === undefined ? undefined : await jobs.find(id);
  } catch (error) {
    // What the edge can do itself does not depend on the job engine.
    if (plan.steps.some(isGpuOnly)) throw error;
    services.log({ event: 'job_lookup_failed', message: String(error) });
    return undefined;
  }
}
