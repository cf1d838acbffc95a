// Fitting arithmetic on plain arrays.
import type { Space } from './space.ts';

type Vector = Float32Array;

const zip = (a: Vector, b: Vector, f: (x: number, y: number) => number): Vector =>
  a.map((x, i) => f(x, b[i] as number));

/** Vectors as `Float32Array` of one length; there is nothing to free. */
export const arraySpace: Space<Vector> = {
  sum(terms) {
    const out = new Float32Array((terms[0] as readonly [number, Vector])[1].length);
    for (const [factor, vector] of terms) {
      for (let i = 0; i < out.length; i++) out[i]! += factor * vector[i]!;
    }
    return out;
  },
  product: (a, b) => zip(a, b, (x, y) => x * y),
  quotient: (a, b) => zip(a, b, (x, y) => x / y),
  squareRoot: (a) => a.map(Math.sqrt),
  offset: (a, c) => a.map((x) => x + c),
  clip: (a, min, max) => a.map((x) => Math.min(max, Math.max(min, x))),
  sigmoid: (a) => a.map((x) => 1 / (1 + Math.exp(-x))),
  logit: (a) => a.map((x) => Math.log(x / (1 - x))),
  dot: (a, b) => a.reduce((total, x, i) => total + x * (b[i] as number), 0),
  tidy: (f) => f(),
  keep: (a) => a,
  free() {},
};
