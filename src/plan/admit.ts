// The decision about a plan, from headers alone: how far decoders shrink, how many steps `auto` is, and where it runs.
import { AppError } from '../errors.ts';
import { settleSteps } from './auto-steps.ts';
import { type Estimate, type EstimateContext, estimate, type SourceFile } from './cost.ts';
import { fitsEdge, overBudget, type Place, placeOf } from './place.ts';
import { furtherImages, type Plan } from './plan.ts';

export type Admitted = {
  /** The plan with every `auto` settled. */
  plan: Plan;
  estimate: Estimate;
  place: Place;
  /** How many steps each `auto` came to. */
  autoSteps: number[];
};

/** Pixels that decoders leave for each one that the plan shows: enough for the proper low-pass, or where memory is short what is needed. */
const MARGINS = [2, 1];

/**
 * Decides about a plan for files of these headers, the main one first, then those of `furtherImages`. Throws what `estimate` throws,
 * and `over_budget` where no place can run it.
 */
export function admit(
  asked: Plan,
  files: readonly SourceFile[],
  context: Omit<EstimateContext, 'margin'> & { gpu: boolean },
): Admitted {
  const further = [...furtherImages(asked).keys()];
  const { limits, gpu } = context;
  const estimateOf = (plan: Plan): Estimate => {
    const tries = MARGINS.map(
      (margin) => () => estimate(plan, files, further, { ...context, margin }),
    );
    let last: Estimate | undefined;
    for (const attempt of tries) {
      last = attempt();
      if (fitsEdge(last, limits)) break;
    }
    return last as Estimate;
  };
  const fits = (plan: Plan): boolean => {
    try {
      return fitsEdge(estimateOf(plan), limits);
    } catch (error) {
      if (error instanceof AppError) return false;
      throw error;
    }
  };
  const { plan, taken } = settleSteps(asked, fits);
  const predicted = estimateOf(plan);
  const place = placeOf(predicted, limits, { gpu });
  if (!place) throw overBudget(plan, predicted, limits, fits);
  return { plan, estimate: predicted, place, autoSteps: taken };
}
