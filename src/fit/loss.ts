// The objective of a fit: a weighted sum of loss terms.
import type { Space } from './space.ts';

/** One term: a value and its gradient. Adding a loss is one file that makes one of these. */
export type LossTerm<V> = {
  name: string;
  value: (x: V) => number;
  /** A new vector. */
  gradient: (x: V) => V;
  dispose: () => void;
};

/** The weighted sum, and each term without its weight. */
export type Losses = { loss: number; terms: Record<string, number> };

export type Evaluator<V> = {
  losses: (x: V) => Losses;
  /** A new vector. */
  gradient: (x: V) => V;
  dispose: () => void;
};

/** Σ weight · term. Takes ownership of the terms. */
export function weightedSum<V>(
  space: Space<V>,
  parts: readonly (readonly [weight: number, term: LossTerm<V>])[],
): Evaluator<V> {
  return {
    losses(x) {
      const terms: Record<string, number> = {};
      let loss = 0;
      for (const [weight, term] of parts) {
        const value = term.value(x);
        terms[term.name] = value;
        loss += weight * value;
      }
      return { loss, terms };
    },
    gradient: (x) =>
      space.tidy(() => {
        let total: V | undefined;
        for (const [weight, term] of parts) {
          const gradient = term.gradient(x);
          const sum = space.sum([
            ...(total === undefined ? [] : [[1, total] as const]),
            [weight, gradient],
          ]);
          // Freed early, because the tidy would keep all of them until its end.
          space.free(gradient);
          if (total !== undefined) space.free(total);
          total = sum;
        }
        if (total === undefined) throw new RangeError('loss: expected at least one term');
        return total;
      }),
    dispose() {
      for (const [, term] of parts) term.dispose();
    },
  };
}
