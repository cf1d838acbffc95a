// Submits a plan with its pictures to the job engine, and waits for the job as long as the client prefers.
import type { Context } from 'hono';
import { AppError } from '../../errors.ts';
import { isFinal, type Job } from '../../jobs/job.ts';
import type { JobService } from '../../jobs/service/service.ts';
import { formatPlan } from '../../plan/grammar.ts';
import { furtherImages, modelsOf, type Plan } from '../../plan/plan.ts';
import type { Blobs } from '../../render/place.ts';
import { countRequest } from '../access/rate-limit.ts';
import { canonicalAccept } from '../canonical-accept.ts';
import { note } from '../observe/request-details.ts';
import type { Services } from '../services.ts';
import { preferredWait } from './prefer.ts';

export type Submitted = { job: Job; token: string };

/** `Retry-After` without a GPU backend, in seconds. */
const RETRY_AFTER = 60;

/** The job engine. Throws `backend_unavailable` if there is none. */
export function jobsOf({ jobs }: Services): JobService {
  if (jobs) return jobs;
  throw new AppError('backend_unavailable', 'expected a GPU backend, none is configured', {
    retryable: true,
    retryAfter: RETRY_AFTER,
  });
}

/** Submits a job. Equal plans with equal pictures are one job, wherever the pictures come from. Throws what the engine throws. */
export async function submitJob(
  c: Context,
  { plan, blobs, name }: { plan: Plan; blobs: Blobs; name: string },
  services: Services,
): Promise<Submitted> {
  await countRequest(c, services);
  const named = new Map([...furtherImages(plan).keys()].map((text, i) => [text, `input:${i + 1}`]));
  const submitted = await jobsOf(services).submit({
    plan,
    planText: formatPlan(plan, named),
    accept: canonicalAccept(plan.output, c.req.header('accept') ?? null),
    models: modelsOf(plan),
    main: blobs.main,
    further: new Map(
      [...named].map(([text, input]) => [input, blobs.further.get(text) as Uint8Array]),
    ),
    name,
  });
  note(c, { job: submitted.job, submitted: true });
  return submitted;
}

/** Stores the job's id under a transform's key. A failure is logged; the next request then reads the sources again. */
export async function indexJob(key: string, { id }: Job, services: Services): Promise<void> {
  try {
    await jobsOf(services).index(key, id);
  } catch (error) {
    services.observer.log({ event: 'job_index_failed', message: String(error) });
  }
}

/** The job now or, with `Prefer: wait`, when it has ended or the wait is over; `applied` is the header that confirms the wait. */
export async function awaitJob(
  c: Context,
  job: Job,
  services: Services,
): Promise<{ job: Job; applied: Record<string, string> }> {
  const seconds = preferredWait(c.req.header('prefer') ?? null);
  if (seconds === undefined) return { job, applied: {} };
  const waits = seconds > 0 && !isFinal(job.state);
  const latest = waits ? await jobsOf(services).wait(job.id, 1000 * seconds) : job;
  const known = latest ?? job;
  note(c, { job: known });
  return { job: known, applied: { 'Preference-Applied': `wait=${seconds}` } };
}
