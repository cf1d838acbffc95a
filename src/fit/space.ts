// The arithmetic that fitting needs of a picture, whatever holds its numbers: arrays here, tensors on the edge.

/** position − rate · mean / (√square + floor), after both have taken in the gradient. */
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

/** Vectors of one fixed shape. Every function makes a new vector and leaves its arguments as they are. */
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
  /** Adam's step in one pass over memory, which it changes in place; where it is missing, the operations above do it. */
  adamStep?: (options: AdamStep<V>) => V;
  /** Runs `f` and frees every vector made in it but the result and those that were kept. */
  tidy: (f: () => V) => V;
  /** Saves a vector from the `tidy` around it. */
  keep: (a: V) => V;
  free: (a: V) => void;
};
