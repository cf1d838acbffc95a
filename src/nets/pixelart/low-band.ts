// Gaussian low-pass of small pictures as two products with matrices, as training graphs have it.
import type { Value } from '../../graph/graph.ts';
import { matMul } from '../../graph/ops/matmul.ts';
import { shape4 } from '../../graph/shape.ts';

/**
 * x [n, c, h, w] blurred by a Gaussian of this standard deviation in pixels. At the borders the weights inside the picture
 * are scaled to the sum 1.
 */
export function lowBand(x: Value, sigma: number): Value {
  const [, , h, w] = shape4(x.shape);
  const { constant } = x.graph;
  const rows = constant(bandMatrix(h, sigma), [h, h]);
  const columns = constant(bandMatrix(w, sigma), [w, w]);
  return matMul(matMul(rows, x), columns, { transposeB: true });
}

// A graph stores an array once, however often it is used.
const known = new Map<string, Float32Array>();

/** Row i has the weights of all pixels for pixel i. */
export function bandMatrix(length: number, sigma: number): Float32Array {
  const key = `${length} ${sigma}`;
  const before = known.get(key);
  if (before) return before;
  const matrix = new Float32Array(length * length);
  for (let i = 0; i < length; i += 1) {
    const row = matrix.subarray(i * length, (i + 1) * length);
    let total = 0;
    for (let j = 0; j < length; j += 1) {
      row[j] = Math.abs(i - j) > 3 * sigma ? 0 : Math.exp(-((i - j) ** 2) / (2 * sigma ** 2));
      total += row[j]!;
    }
    for (let j = 0; j < length; j += 1) row[j]! /= total;
  }
  known.set(key, matrix);
  return matrix;
}
