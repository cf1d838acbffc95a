// Storage for vectors that an optimiser keeps from step to step.
import type { Space } from '../space.ts';

/** One vector that outlives a step's tidy; empty at first. */
export type Memory<V> = {
  get: () => V | undefined;
  /** Takes ownership. */
  set: (vector: V) => V;
  clear: () => void;
};

export function memory<V>(space: Space<V>): Memory<V> {
  let held: V | undefined;
  const clear = (): void => {
    if (held !== undefined) space.free(held);
    held = undefined;
  };
  return {
    get: () => held,
    set(vector) {
      clear();
      held = space.keep(vector);
      return vector;
    },
    clear,
  };
}

/** A new vector of the same values. */
export const copyOf = <V>(space: Space<V>, vector: V): V => space.sum([[1, vector]]);
