// Square roots of symmetric matrices by Newton–Schulz iteration, which needs only matrix products.

import type { Graph, Value } from '../../graph/graph.ts';
import { add, div, mul, square, sub } from '../../graph/ops/elementwise.ts';
import { matMul } from '../../graph/ops/matmul.ts';
import { sum } from '../../graph/ops/reduce.ts';
import { transpose } from '../../graph/ops/reshape.ts';
import { sqrt } from '../../graph/ops/unary.ts';

// Number of iterations, as in crowsonkb/style-transfer-pytorch; ill-conditioned matrices have not converged by then.
const ITERATIONS = 12;

/** The identity `[n, n]`. */
export function identity(graph: Graph, n: number): Value {
  const data = new Float32Array(n * n);
  for (let i = 0; i < n; i++) data[i * n + i] = 1;
  return graph.constant(data, [n, n]);
}

/** Sum of the diagonal of `[n, n]`, of shape []. */
export const trace = (matrix: Value): Value =>
  sum(mul(matrix, identity(matrix.graph, matrix.shape[0]!)));

/** A^½ of a positive definite `[n, n]`; passes no useful gradient. */
export function matrixRoot(matrix: Value): Value {
  const { y, t, norm } = iterate(matrix);
  return mul(matMul(y, t), sqrt(norm));
}

/** Trace of A^½, of shape [], and A^−½ from the same iteration. */
export function rootTrace(matrix: Value): { trace: Value; inverseRoot: Value } {
  const { y, z, t, norm } = iterate(matrix);
  return {
    // tr(y t) is computed without a matrix product.
    trace: mul(sum(mul(y, transpose(t))), sqrt(norm)),
    inverseRoot: div(matMul(t, z), sqrt(norm)),
  };
}

/** All but the last products: A^½ = √norm · y t, A^−½ = t z / √norm. */
function iterate(matrix: Value): { y: Value; z: Value; t: Value; norm: Value } {
  const unit = identity(matrix.graph, matrix.shape[0]!);
  const next = (zy: Value): Value => mul(sub(mul(unit, 3), zy), 0.5);
  const norm = sqrt(sum(square(matrix)));
  let y = div(matrix, norm);
  let z = unit;
  let t = next(y);
  for (let i = 1; i < ITERATIONS; i++) {
    y = matMul(y, t);
    z = i === 1 ? t : matMul(t, z);
    t = next(matMul(z, y));
  }
  return { y, z, t, norm };
}

/** A + ε · 1. */
export const regularised = (matrix: Value, epsilon: number): Value =>
  add(matrix, mul(identity(matrix.graph, matrix.shape[0]!), epsilon));
