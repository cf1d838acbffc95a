// The vector arithmetic of fitting on plain arrays.
import type { AdamStep, Space } from './space.ts';

type Vector = Float32Array;
type Term = readonly [factor: number, vector: Vector];

/** Vectors as `Float32Array` of one length; there is nothing to free. */
export const arraySpace: Space<Vector> = {
  sum(terms) {
    const [first, second, ...rest] = terms as [Term, ...Term[]];
    let out = second ? sumOfTwo(first, second) : scaled(first);
    for (const term of rest) out = sumOfTwo([1, out], term);
    return out;
  },
  product(a, b) {
    const out = new Float32Array(a.length);
    for (let i = 0; i < out.length; i++) out[i] = a[i]! * b[i]!;
    return out;
  },
  quotient(a, b) {
    const out = new Float32Array(a.length);
    for (let i = 0; i < out.length; i++) out[i] = a[i]! / b[i]!;
    return out;
  },
  squareRoot(a) {
    const out = new Float32Array(a.length);
    for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(a[i]!);
    return out;
  },
  offset(a, c) {
    const out = new Float32Array(a.length);
    for (let i = 0; i < out.length; i++) out[i] = a[i]! + c;
    return out;
  },
  clip(a, min, max) {
    const out = new Float32Array(a.length);
    for (let i = 0; i < out.length; i++) out[i] = Math.min(max, Math.max(min, a[i]!));
    return out;
  },
  sigmoid: (a) => a.map((x) => 1 / (1 + Math.exp(-x))),
  logit: (a) => a.map((x) => Math.log(x / (1 - x))),
  dot(a, b) {
    let total = 0;
    for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
    return total;
  },
  adamStep({ position, gradient, mean, square, beta1, beta2, rate, floor }: AdamStep<Vector>) {
    const out = new Float32Array(position.length);
    for (let i = 0; i < out.length; i++) {
      const g = gradient[i]!;
      const m = beta1 * mean[i]! + (1 - beta1) * g;
      const s = beta2 * square[i]! + (1 - beta2) * g * g;
      mean[i] = m;
      square[i] = s;
      out[i] = position[i]! - (rate * m) / (Math.sqrt(s) + floor);
    }
    return out;
  },
  tidy: (f) => f(),
  keep: (a) => a,
  free() {},
};

function scaled([factor, vector]: Term): Vector {
  const out = new Float32Array(vector.length);
  for (let i = 0; i < out.length; i++) out[i] = factor * vector[i]!;
  return out;
}

function sumOfTwo([p, a]: Term, [q, b]: Term): Vector {
  const out = new Float32Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = p * a[i]! + q * b[i]!;
  return out;
}
