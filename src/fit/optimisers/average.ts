// An average over the iterates of a fit, which hides the jitter of the last steps.
import { arraySpace } from '../array-space.ts';

/** An exponentially decaying sum, and the weight that its initial zero still has. */
export type AverageState = { sum: Float32Array; empty: number };

export type Average = {
  update: (x: Float32Array) => void;
  /** A new vector. */
  value: () => Float32Array;
  /** The sum is borrowed and valid until the next update. */
  state: () => AverageState;
};

/** Exponential moving average with `decay`, corrected for the bias towards the initial zero. Continues from a state, which it borrows. */
export function exponentialAverage(
  decay: number,
  from: { length: number } | AverageState,
): Average {
  let { sum, empty } = 'sum' in from ? from : { sum: new Float32Array(from.length), empty: 1 };
  return {
    update(x) {
      empty *= decay;
      sum = arraySpace.sum([
        [decay, sum],
        [1 - decay, x],
      ]);
    },
    value: () => arraySpace.sum([[1 / (1 - empty), sum]]),
    state: () => ({ sum, empty }),
  };
}
