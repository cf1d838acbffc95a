// Penalties on weights, which are added to a network's loss.

import type { Value } from '../../graph/graph.ts';
import { add, mul, square, sub } from '../../graph/ops/elementwise.ts';
import { matMul } from '../../graph/ops/matmul.ts';
import { sum } from '../../graph/ops/reduce.ts';
import { reshape } from '../../graph/ops/reshape.ts';
import { abs } from '../../graph/ops/unary.ts';

const total = (parts: readonly Value[]): Value => parts.reduce((a, b) => add(a, b));

/** Sum of magnitudes. */
export const l1Penalty = (weights: readonly Value[]): Value =>
  total(weights.map((weight) => sum(abs(weight))));

/** Half the sum of squares. */
export const l2Penalty = (weights: readonly Value[]): Value =>
  mul(total(weights.map((weight) => sum(square(weight)))), 0.5);

/**
 * Orthogonal regularisation as in BigGAN (Brock et al. 2019): the squared products of different rows of each filter [o, …], so that
 * filters differ without a bound on their norms.
 */
export function orthogonalPenalty(filters: readonly Value[]): Value {
  return total(
    filters.map((filter) => {
      const o = filter.shape[0]!;
      const rows = reshape(filter, [o, filter.shape.slice(1).reduce((a, b) => a * b, 1)]);
      const products = matMul(rows, rows, { transposeB: true });
      const eye = new Float32Array(o * o);
      for (let i = 0; i < o; i += 1) eye[i * o + i] = 1;
      const different = sub(1, filter.graph.constant(eye, [o, o]));
      return sum(square(mul(products, different)));
    }),
  );
}
