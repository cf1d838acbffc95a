// The objective of a fit: a loss, and its gradient.

/** The weighted sum, and each term without its weight. */
export type Losses = { loss: number; terms: Record<string, number> };

export type Evaluator<V> = {
  losses: (x: V) => Losses;
  /** A new vector. */
  gradient: (x: V) => V;
  dispose: () => void;
};
