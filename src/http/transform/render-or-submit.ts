// Renders here what the edge can do, and makes a job of the rest.
import type { Context } from 'hono';
import type { Place } from '../../cost/place.ts';
import { AppError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import type { OutputChoice } from '../../render/output-format.ts';
import type { Blobs } from '../../render/place.ts';
import type { Rendered } from '../../render/render.ts';
import { indexJob, type Submitted, submitJob } from '../jobs/request.ts';
import { earlierStandIn, standIn } from '../jobs/stand-in.ts';
import type { Services } from '../services.ts';
import { wantsStandIn } from './known-job.ts';

type Work = {
  plan: Plan;
  output: OutputChoice;
  /** Of the job; uploads have none, since their sources are not known by name. */
  indexKey?: string;
  /** Where it may be rendered. */
  places: readonly Place[];
  blobs: Blobs;
  /** Of the answer's file. */
  name: string;
};

/** What was rendered; else the job, to be waited for when what was read is let go, or the response that stands in for its picture. */
export async function renderOrSubmit(
  c: Context,
  work: Work,
  services: Services,
): Promise<Rendered | Submitted | Response> {
  const { renderer, jobs } = services;
  const { plan, blobs, output, places } = work;
  const placed = await renderer.place({ plan, blobs, choose: output.choose }, places);
  if (placed.place === 'gpu') return becomeJob(c, work, services);
  try {
    return await renderer.render(placed, (kept) => c.executionCtx.waitUntil(kept));
  } catch (error) {
    // What headers do not tell may come to more than was estimated.
    const over = error instanceof AppError && error.code === 'over_budget';
    if (!over || !jobs) throw error;
    return becomeJob(c, work, services);
  }
}

async function becomeJob(
  c: Context,
  work: Work,
  services: Services,
): Promise<Submitted | Response> {
  const submitted = await submitJob(c, work, services);
  const { job } = submitted;
  if (work.indexKey !== undefined) await indexJob(work.indexKey, job, services);
  if (!wantsStandIn(work.plan, job)) return submitted;
  const earlier = await earlierStandIn(c, job, work, services);
  return earlier ?? standIn(c, job, work, services);
}
