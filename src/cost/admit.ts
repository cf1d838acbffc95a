// The decision whether and where a plan may run, from headers alone: place, decoders' margin, and values of `auto`.
import { AppError } from '../errors.ts';
import { type Auto, settleSteps } from '../plan/auto-steps.ts';
import { isGpuOnly, type Plan, pixelImages } from '../plan/plan.ts';
import { type Estimate, type EstimateContext, estimate } from './estimate.ts';
import { fitsEdge, overBudget, type Place, refuseWithoutBackend } from './place.ts';
import type { SourceFile } from './source-file.ts';

export type Admitted = {
  /** The plan with every `auto` replaced by a number. */
  plan: Plan;
  estimate: Estimate;
  place: Place;
  /** The value of each `auto`. */
  autos: Auto[];
};

export type AdmitContext = Omit<EstimateContext, 'margin'> & {
  /** Places that are available. The edge is preferred if the plan fits it. */
  places: readonly Place[];
};

/** Pixels per edge that decoders leave for each pixel that the plan shows: enough for a proper low-pass or, if memory is short, the least. */
const MARGINS = [2, 1] as const;

/**
 * Decides where a plan runs. `files` has the main image first, then those of `pixelImages`. Throws what `estimate` throws,
 * `backend_unavailable` if a step needs a GPU backend and there is none, and `over_budget` if no place can run the plan.
 */
export function admit(asked: Plan, files: readonly SourceFile[], context: AdmitContext): Admitted {
  const { limits, places } = context;
  refuseWithoutBackend(asked, places);
  const further = pixelImages(asked);
  const estimateWith = (plan: Plan, margin: number): Estimate =>
    estimate(plan, files, further, { ...context, margin });
  const fits = (plan: Plan): boolean => {
    try {
      return fitsEdge(estimateOf(plan), limits);
    } catch (error) {
      if (error instanceof AppError) return false;
      throw error;
    }
  };
  if (places.includes('edge') && !asked.steps.some(isGpuOnly)) {
    const { plan, taken } = settleSteps(asked, fits);
    const predicted = estimateOf(plan);
    if (fitsEdge(predicted, limits)) {
      return { plan, estimate: predicted, place: 'edge', autos: taken };
    }
    if (!places.includes('gpu')) throw overBudget(plan, predicted, limits, fits);
  }
  // The backend has no budget: the most steps that `auto` allows, and the decoders' larger margin.
  const { plan, taken } = settleSteps(asked, () => true);
  return { plan, estimate: estimateWith(plan, MARGINS[0]), place: 'gpu', autos: taken };

  function estimateOf(plan: Plan): Estimate {
    const roomy = estimateWith(plan, MARGINS[0]);
    return fitsEdge(roomy, limits) ? roomy : estimateWith(plan, MARGINS[1]);
  }
}
