// Where this service can run a plan: decided before anything is fetched.

import { type Place, refuseWithoutBackend } from '../../cost/place.ts';
import { AppError } from '../../errors.ts';
import { isGpuOnly, modelsOf, type Plan } from '../../plan/plan.ts';
import type { Services } from '../services.ts';

/**
 * The places that have what the plan needs; which of them it fits, headers tell. Throws `backend_unavailable` where a step needs a GPU
 * backend and there is none, and `model_missing` where the edge lacks a model and there is nothing else.
 */
export async function placesOf(
  plan: Plan,
  { jobs, models }: Pick<Services, 'jobs' | 'models'>,
): Promise<readonly Place[]> {
  const places: readonly Place[] = jobs ? ['edge', 'gpu'] : ['edge'];
  refuseWithoutBackend(plan, places);
  if (plan.steps.some(isGpuOnly)) return places;
  try {
    for (const name of modelsOf(plan)) await models.check(name);
    return places;
  } catch (error) {
    const elsewhere = jobs && error instanceof AppError && error.code === 'model_missing';
    if (elsewhere) return ['gpu'];
    throw error;
  }
}
