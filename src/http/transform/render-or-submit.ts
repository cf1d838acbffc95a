// Renders at the edge if the plan fits, else submits a job.
import type { Context } from 'hono';
import type { Place } from '../../cost/place.ts';
import { AppError, type ErrorCode } from '../../errors.ts';
import type { Waiting } from '../../gate/queue.ts';
import type { Plan } from '../../plan/plan.ts';
import type { OutputChoice } from '../../render/output-format.ts';
import type { Blobs } from '../../render/place.ts';
import type { Rendered } from '../../render/render.ts';
import { type Submitted, submitJob } from '../jobs/request.ts';
import { earlierStandIn, standIn } from '../jobs/stand-in.ts';
import type { Services } from '../services.ts';
import { wantsStandIn } from './known-job.ts';

type Work = {
  plan: Plan;
  output: OutputChoice;
  /** Key of the job; uploads have none, because their sources have no address. */
  indexKey?: string | undefined;
  /** Places where the plan may be rendered. */
  places: readonly Place[];
  blobs: Blobs;
  /** File name of the answer. */
  name: string;
  /** Whether a source must not be shared. */
  private: boolean;
  waiting: Waiting;
};

/** The rendered picture, or the submitted job, or a stand-in for its picture. Release the files before you wait for the job. */
export async function renderOrSubmit(
  c: Context,
  asked: Work,
  services: Services,
): Promise<Rendered | Submitted | Response> {
  const { renderer } = services;
  const mayBecomeJob = asked.places.includes('gpu');
  const work = mayBecomeJob ? keepingFiles(asked) : asked;
  const { plan, blobs, output, places, waiting } = work;
  const placed = await renderer.place({ plan, blobs, choose: output.choose }, places);
  if (placed.place === 'gpu') return becomeJob(c, work, services);
  try {
    const background = (kept: Promise<void>): void => c.executionCtx.waitUntil(kept);
    return await renderer.render(placed, { background, waiting });
  } catch (error) {
    // The work can exceed the estimate, which only uses the headers of the files, and a decoder outside can fail.
    const here = error instanceof AppError && failuresHere.has(error.code);
    if (!here || !mayBecomeJob) throw error;
    await renderer.place({ plan, blobs, choose: output.choose }, ['gpu']);
    return becomeJob(c, work, services);
  }
}

/** Failures of the edge with which a GPU backend may still render the plan. */
const failuresHere: ReadonlySet<ErrorCode> = new Set(['over_budget', 'backend_unavailable']);

/** A job and its stand-in need the files after a rendering has failed. */
const keepingFiles = (work: Work): Work => ({
  ...work,
  blobs: { ...work.blobs, releaseFiles: undefined },
});

async function becomeJob(
  c: Context,
  work: Work,
  services: Services,
): Promise<Submitted | Response> {
  const submitted = await submitJob(c, work, services);
  const { job } = submitted;
  if (work.indexKey !== undefined) await services.jobIndex.put(work.indexKey, job);
  if (!wantsStandIn(work.plan, job)) return submitted;
  const earlier = await earlierStandIn(c, job, work, services);
  return earlier ?? standIn(c, job, work, services);
}
