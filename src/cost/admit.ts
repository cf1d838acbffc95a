// The decision whether and where a plan may run, from headers alone: place, decoders' margin, and values of `auto`.
import { AppError } from '../errors.ts';
import { type Auto, settleSteps } from '../plan/auto-steps.ts';
import { isGpuOnly, type Plan, pixelImages } from '../plan/plan.ts';
import { type Estimate, type EstimateContext, estimate } from './estimate.ts';
import { fitsEdge, overBudget, type Place, refuseWithoutBackend } from './place.ts';
import { detailMargins, leastMargins, type Margins } from './shrink.ts';
import type { SourceFile } from './source-file.ts';

export type Admitted = {
  /** The plan with every `auto` replaced by a number. */
  plan: Plan;
  estimate: Estimate;
  place: Place;
  /** The value of each `auto`. */
  autos: Auto[];
};

export type AdmitContext = Omit<EstimateContext, 'margins'> & {
  /** Places that are available. The edge is preferred if the plan fits it. */
  places: readonly Place[];
};

/**
 * Decides where a plan runs. `files` has the main image first, then those of `pixelImages`. Throws what `estimate` throws,
 * `backend_unavailable` if a step needs a GPU backend and there is none, and `over_budget` if no place can run the plan.
 */
export function admit(asked: Plan, files: readonly SourceFile[], context: AdmitContext): Admitted {
  const { limits, places } = context;
  refuseWithoutBackend(asked, places);
  const further = pixelImages(asked);
  const estimateWith = (plan: Plan, margins: Margins): Estimate =>
    estimate(plan, files, further, { ...context, margins });
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
  return { plan, estimate: estimateWith(plan, detailMargins), place: 'gpu', autos: taken };

  function estimateOf(plan: Plan): Estimate {
    const roomy = estimateWith(plan, detailMargins);
    return fitsEdge(roomy, limits) ? roomy : estimateWith(plan, leastMargins);
  }
}
