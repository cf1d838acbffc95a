// Spectral normalisation (Miyato et al. 2018): a filter divided by its largest singular value, which a step of power iteration follows.

import { stopGradient } from '../../graph/gradients.ts';
import type { Value } from '../../graph/graph.ts';
import { add, div, mul, square } from '../../graph/ops/elementwise.ts';
import { matMul } from '../../graph/ops/matmul.ts';
import { sum } from '../../graph/ops/reduce.ts';
import { reshape } from '../../graph/ops/reshape.ts';
import { sqrt } from '../../graph/ops/unary.ts';

/** A filter of spectral norm about 1, and the vector that the next step begins with. */
export type Normalised = { filter: Value; next: Value };

const unit = (x: Value): Value => div(x, sqrt(add(sum(square(x)), 1e-12)));

/** `filter` [o, …] as a matrix of o rows, divided by its spectral norm; `u` [o, 1] is the state of the power iteration. */
export function spectralNorm(filter: Value, u: Value): Normalised {
  const rows = filter.shape[0]!;
  const matrix = reshape(filter, [rows, filter.shape.slice(1).reduce((a, b) => a * b, 1)]);
  const fixed = stopGradient(matrix);
  const right = unit(matMul(fixed, u, { transposeA: true })); // [k, 1]
  const next = unit(matMul(fixed, right)); // [o, 1]
  const norm = sum(mul(matMul(matrix, stopGradient(right)), stopGradient(next)));
  return { filter: div(filter, norm), next };
}
