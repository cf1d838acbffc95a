// An average over the iterates of a fit, which hides the jitter of the last steps.
import { arraySpace } from '../array-space.ts';

/** A sum that fades, and the share of its first, empty value that is still in it. */
export type AverageState = { sum: Float32Array; empty: number };

export type Average = {
  update: (x: Float32Array) => void;
  /** A new vector. */
  value: () => Float32Array;
  /** Its sum is borrowed, and good until the next update. */
  state: () => AverageState;
};

/** Exponential with `decay`, free of the bias towards its empty start; goes on from a state, which it borrows. */
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
