// Submits a plan with its pictures to the job engine.
import type { Context } from 'hono';
import type { Job } from '../../jobs/job.ts';
import type { Substitute } from '../../jobs/service/service.ts';
import { formatPlan } from '../../plan/grammar.ts';
import { furtherImages, modelsOf, type Plan, type Step } from '../../plan/plan.ts';
import type { Blobs } from '../../render/place.ts';
import { countRequest } from '../access/rate-limit.ts';
import { canonicalAccept } from '../canonical-accept.ts';
import { note } from '../observe/request-details.ts';
import type { Services } from '../services.ts';

export type Submitted = { job: Job; token: string };

/**
 * Submits a job. Equal plans with equal pictures are one job, wherever the pictures come from, except that those of `private` sources are
 * kept apart. Throws what the engine throws.
 */
export async function submitJob(
  c: Context,
  work: { plan: Plan; blobs: Blobs; name: string; private: boolean },
  { jobs, rateLimiter }: Pick<Services, 'jobs' | 'rateLimiter'>,
): Promise<Submitted> {
  const { plan, blobs, name } = work;
  await countRequest(c, rateLimiter);
  const named = new Map([...furtherImages(plan).keys()].map((text, i) => [text, `input:${i + 1}`]));
  const submitted = await jobs.submit({
    plan,
    planText: formatPlan(plan, named),
    accept: canonicalAccept(plan.output, c.req.header('accept') ?? null),
    models: modelsOf(plan),
    substitute: substituteOf(plan, named),
    main: blobs.main,
    further: new Map([...named].map(([text, input]) => [input, blobs.further.get(text)!])),
    name,
    private: work.private,
  });
  note(c, { job: submitted.job, submitted: true });
  return submitted;
}

/** The plan without the models that a backend may lack, if its steps can do without them. */
function substituteOf(plan: Plan, named: ReadonlyMap<string, string>): Substitute | undefined {
  const steps = plan.steps.map((step): Step => {
    const params = step.effect.needs.withoutModel?.(step.params);
    return params ? { effect: step.effect, params } : step;
  });
  const models = modelsOf({ ...plan, steps });
  const [missing] = modelsOf(plan).filter((name) => !models.includes(name));
  const [used] = models.filter((name) => !modelsOf(plan).includes(name));
  if (missing === undefined) return undefined;
  return {
    planText: formatPlan({ ...plan, steps }, named),
    models,
    note: `the model ${missing} is not installed, ${used} is used instead; npm run models ${missing} fetches it`,
  };
}
