// The two ways to fit a hybrid image: the original recipe's gradient descent, and projected gradient steps.
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { type FitWatch, fit, type LossReport } from '../../fit/fit.ts';
import type { Evaluator } from '../../fit/loss.ts';
import { gradientDescent } from '../../fit/optimisers/optimisers.ts';
import { tensorSpace } from '../../tensor/ops/tensor-space.ts';
import { FLOOR, type Objective } from './objective.ts';

export type HybridFitOptions = {
  steps: number;
  report?: ((report: LossReport) => void) | undefined;
  pause: () => Promise<void>;
  watch?: FitWatch<Tensor3D> | undefined;
};

/** Gradient descent on v with x = sigmoid(v) (`mode=reference`). `start` `[h, w, c]` is borrowed; the caller owns the result. */
export const fitByDescent = (
  evaluator: Evaluator<Tensor3D>,
  start: Tensor3D,
  { lr, ...options }: HybridFitOptions & { lr: number },
): Promise<Tensor3D> =>
  fit({
    space: tensorSpace,
    evaluator,
    optimizer: gradientDescent(tensorSpace, { lr }),
    start,
    bounds: 'sigmoid',
    ...options,
  });

const RANGE = { low: FLOOR, high: 1 };

/**
 * Projected gradient on x in [1/2048, 1]; 1 / (2 (nearWeight + farWeight)) is the step that the largest curvature allows. `isInside`: whether the
 * start is known to be in that range.
 */
export const fitByProjection = (
  evaluator: Objective,
  start: Tensor3D,
  { step, isInside = false, ...options }: HybridFitOptions & { step: number; isInside?: boolean },
): Promise<Tensor3D> => {
  return fit({
    space: tensorSpace,
    evaluator,
    optimizer: { step: (x) => evaluator.step(x, { length: step, range: RANGE }) },
    start,
    bounds: isInside ? 'none' : { min: RANGE.low, max: RANGE.high },
    ...options,
  });
};

/** As `fitByProjection` with at least one step, from a start that is in its range, but the result is pixels with the size and the alpha of `under`. */
export async function fitToPixels(
  evaluator: Objective,
  start: Tensor3D,
  {
    steps,
    step,
    under,
    pause,
  }: { steps: number; step: number; under: Tensor2D } & Pick<HybridFitOptions, 'pause'>,
): Promise<Tensor2D> {
  const options = { steps: steps - 1, step, isInside: true, pause };
  const before = steps === 1 ? start : await fitByProjection(evaluator, start, options);
  const pixels = evaluator.stepPixels(before, { length: step, range: RANGE, under });
  if (before !== start) before.dispose();
  await pause();
  return pixels;
}
