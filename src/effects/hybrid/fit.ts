// The two ways to fit a hybrid image: the original recipe's gradient descent, and projected gradient steps.
import type { Tensor3D } from '@tensorflow/tfjs-core';
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

/**
 * Projected gradient on x in [1/2048, 1]; 1 / (2 (nearWeight + farWeight)) is the step that the largest curvature allows. `isInside`: whether the
 * start is known to be in that range.
 */
export const fitByProjection = (
  evaluator: Objective,
  start: Tensor3D,
  { step, isInside = false, ...options }: HybridFitOptions & { step: number; isInside?: boolean },
): Promise<Tensor3D> => {
  const range = { low: FLOOR, high: 1 };
  return fit({
    space: tensorSpace,
    evaluator,
    optimizer: { step: (x) => evaluator.step(x, { length: step, range }) },
    start,
    bounds: isInside ? 'none' : { min: range.low, max: range.high },
    ...options,
  });
};
