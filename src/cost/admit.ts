// The decision about a plan, from headers alone: how far decoders shrink, what `auto` comes to, and where it runs.
import { AppError } from '../errors.ts';
import { type Auto, settleSteps } from '../plan/auto-steps.ts';
import { isGpuOnly, type Plan, pixelImages } from '../plan/plan.ts';
import { type Estimate, type EstimateContext, estimate } from './estimate.ts';
import { fitsEdge, overBudget, type Place, refuseWithoutBackend } from './place.ts';
import type { SourceFile } from './source-file.ts';

export type Admitted = {
  /** The plan with every `auto` settled. */
  plan: Plan;
  estimate: Estimate;
  place: Place;
  /** What each `auto` came to. */
  autos: Auto[];
};

export type AdmitContext = Omit<EstimateContext, 'margin'> & {
  /** Where plans can run. The edge comes first, where a plan fits it. */
  places: readonly Place[];
};

/** Pixels that decoders leave for each one that the plan shows: enough for the proper low-pass, or where memory is short what is needed. */
const MARGINS = [2, 1] as const;

/**
 * Decides about a plan for files of these headers, the main one first, then those of `pixelImages`. Throws what `estimate` throws,
 * `backend_unavailable` where a step needs a GPU backend and there is none, and `over_budget` where no place can run it.
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
  // The backend has time: as many steps as the effect has use for, and no decoder that saves memory.
  const { plan, taken } = settleSteps(asked, () => true);
  return { plan, estimate: estimateWith(plan, MARGINS[0]), place: 'gpu', autos: taken };

  function estimateOf(plan: Plan): Estimate {
    const roomy = estimateWith(plan, MARGINS[0]);
    return fitsEdge(roomy, limits) ? roomy : estimateWith(plan, MARGINS[1]);
  }
}
