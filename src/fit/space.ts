// The vector arithmetic of fitting, independent of storage: plain arrays, or tensors on the Worker.

/** Adam's update: position − rate · mean / (√square + floor), after mean and square were updated with the gradient. */
export type AdamStep<V> = {
  position: V;
  gradient: V;
  mean: V;
  square: V;
  beta1: number;
  beta2: number;
  rate: number;
  floor: number;
};

/** Vectors of one fixed shape. Every function returns a new vector and leaves its arguments unchanged. */
export type Space<V> = {
  /** Σ factor · vector, over at least one term. */
  sum: (terms: readonly (readonly [factor: number, vector: V])[]) => V;
  product: (a: V, b: V) => V;
  quotient: (a: V, b: V) => V;
  squareRoot: (a: V) => V;
  /** a + c for every value. */
  offset: (a: V, c: number) => V;
  clip: (a: V, min: number, max: number) => V;
  /** 1 / (1 + e^−a). */
  sigmoid: (a: V) => V;
  /** ln(a / (1 − a)), for values inside 0…1. */
  logit: (a: V) => V;
  /** Σ a · b, in double precision. */
  dot: (a: V, b: V) => number;
  /** Optional: Adam's step in one pass, which updates the state in place; without it, the operations above are used. */
  adamStep?: (options: AdamStep<V>) => V;
  /** Runs `f` and frees every vector made in it except the result and kept ones. */
  tidy: (f: () => V) => V;
  /** Keeps a vector from being freed by the enclosing `tidy`. */
  keep: (a: V) => V;
  free: (a: V) => void;
};
