// The decision whether and where a plan may run, from headers alone: place, decoders' margin, and values of `auto`.
import { AppError } from '../errors.ts';
import { type Auto, settleSteps } from '../plan/auto-steps.ts';
import { isGpuOnly, type Plan, pixelImages } from '../plan/plan.ts';
import { type Estimate, type EstimateContext, estimate } from './estimate.ts';
import { framesKept } from './frames.ts';
import { fitsEdge, overBudget, type Place, refuseWithoutBackend, withoutBackend } from './place.ts';
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
 * Decides where a plan runs. `files` has the main image first, then those of `pixelImages`. An animation keeps its frames, unless the
 * format is chosen automatically and they are over the edge's budget. Throws what `estimate` throws, `backend_unavailable` if a step needs
 * a GPU backend and there is none, and `over_budget` if no place can run the plan.
 */
export function admit(asked: Plan, files: readonly SourceFile[], context: AdmitContext): Admitted {
  refuseWithoutBackend(asked, context.places);
  const frames = framesKept(asked, files[0]!, context);
  const admission = createAdmission(asked, files, { ...context, frames });
  if (frames === 1 || asked.output.f !== 'auto') return admission.decide();
  return admission.atEdge() ?? createAdmission(asked, files, context).decide();
}

function createAdmission(asked: Plan, files: readonly SourceFile[], context: AdmitContext) {
  const { limits, places, frames = 1 } = context;
  const further = pixelImages(asked);
  const estimateWith = (plan: Plan, margins: Margins, kept = frames): Estimate =>
    estimate(plan, files, further, { ...context, margins, frames: kept });
  const estimateOf = (plan: Plan, kept = frames): Estimate => {
    const roomy = estimateWith(plan, detailMargins, kept);
    return fitsEdge(roomy, limits) ? roomy : estimateWith(plan, leastMargins, kept);
  };
  const fits = (plan: Plan, kept = frames): boolean => {
    try {
      return fitsEdge(estimateOf(plan, kept), limits);
    } catch (error) {
      if (error instanceof AppError) return false;
      throw error;
    }
  };
  const isForEdge = places.includes('edge') && !asked.steps.some(isGpuOnly);
  /** Undefined if the edge cannot run the plan. */
  const atEdge = (): Admitted | undefined => {
    if (!isForEdge) return undefined;
    const { plan, taken } = settleSteps(asked, fits);
    const predicted = estimateOf(plan);
    if (!fitsEdge(predicted, limits)) return undefined;
    return { plan, estimate: predicted, place: 'edge', autos: taken };
  };
  const decide = (): Admitted => {
    const admitted = atEdge();
    if (admitted) return admitted;
    if (isForEdge && !places.includes('gpu')) {
      const { plan } = settleSteps(asked, fits);
      throw withoutBackend(overBudget(plan, estimateOf(plan), limits, fits));
    }
    // The backend has no budget: the most steps that `auto` allows, and the decoders' larger margin.
    const { plan, taken } = settleSteps(asked, () => true);
    return { plan, estimate: estimateWith(plan, detailMargins), place: 'gpu', autos: taken };
  };
  return { atEdge, decide };
}
