// The original recipe's objective as one object, for golden tests and benchmarks.
import type { Tensor3D } from '@tensorflow/tfjs-core';
import { frequencyMix, hybridLoss, type Pair } from '../../../src/effects/hybrid/objective.ts';
import type { Evaluator } from '../../../src/fit/loss.ts';
import { createLowPass, type LowPassOptions } from '../../../src/tensor/filter/low-pass.ts';

export type Objective = Evaluator<Tensor3D> & {
  /** The closed-form start with share farWeight / (nearWeight + farWeight); the caller owns it. */
  frequencyStart: () => Tensor3D;
};

export type ObjectiveOptions = Omit<LowPassOptions, 'width' | 'height'> & {
  nearWeight: number;
  farWeight: number;
};

/** Borrows the pair until `dispose`. */
export function createObjective(pair: Pair, options: ObjectiveOptions): Objective {
  const { nearWeight, farWeight, ...filter } = options;
  const [height, width] = pair.near.shape;
  const lowPass = createLowPass({ width, height, ...filter });
  const loss = hybridLoss(pair, { nearWeight, farWeight, lowPass, coarse: filter.coarse });
  return {
    ...loss,
    frequencyStart: () => frequencyMix(pair, lowPass, farWeight / (nearWeight + farWeight)),
    dispose() {
      loss.dispose();
      lowPass.dispose();
    },
  };
}
