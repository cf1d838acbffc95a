// The original recipe's objective as one object, for golden tests and benchmarks.
import type { Tensor3D } from '@tensorflow/tfjs-core';
import {
  frequencyMix,
  type Objective as HybridObjective,
  hybridLoss,
  type Pair,
  viewOf,
} from '../../../src/effects/hybrid/objective.ts';
import { createLowPass, type LowPassOptions } from '../../../src/tensor/filter/low-pass.ts';

export type Objective = HybridObjective & {
  /** The closed-form start with share farWeight / (nearWeight + farWeight); the caller owns it. */
  frequencyStart: () => Tensor3D;
};

export type ObjectiveOptions = LowPassOptions & {
  nearWeight: number;
  farWeight: number;
};

/** Borrows the pair until `dispose`. */
export function createObjective(pair: Pair, options: ObjectiveOptions): Objective {
  const { nearWeight, farWeight, ...filter } = options;
  const lowPass = createLowPass(filter);
  const goal = viewOf(pair.far, lowPass);
  const loss = hybridLoss({ near: pair.near, goal }, { nearWeight, farWeight, lowPass });
  return {
    ...loss,
    frequencyStart: () => frequencyMix(pair, lowPass, farWeight / (nearWeight + farWeight)),
  };
}
