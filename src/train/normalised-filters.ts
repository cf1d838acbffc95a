// Spectral normalisation of all filters of a discriminator, with the vectors that one step hands to the next.
import type { Graph, Value } from '../graph/graph.ts';
import { spectralNorm } from '../nets/gan/spectral-norm.ts';
import { createParameterSet, type ParameterSet } from './parameter-set.ts';

export type NormalisedFilters = {
  /** For `convLayer`; the same filter is normalised once. */
  reparametrise: (filter: Value, name: string) => Value;
  set: ParameterSet;
  next: ReadonlyMap<string, Value>;
};

export function normalisedFilters(graph: Graph): NormalisedFilters {
  const set = createParameterSet(graph);
  const next = new Map<string, Value>();
  const known = new Map<Value, Value>();
  return {
    reparametrise(filter, name) {
      const before = known.get(filter);
      if (before) return before;
      const u = set.parameter(`${name}.u`, [filter.shape[0]!, 1], { deviation: 1 });
      const result = spectralNorm(filter, u);
      next.set(`${name}.u`, result.next);
      known.set(filter, result.filter);
      return result.filter;
    },
    set,
    next,
  };
}
