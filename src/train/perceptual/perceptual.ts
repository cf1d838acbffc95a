// Perceptual losses as graphs: how features of a picture differ from those of a style or of a content (Gatys et al. 2016).
import type { Value } from '../../graph/graph.ts';
import { add, div, mul, square, sub } from '../../graph/ops/elementwise.ts';
import { gram, matMul } from '../../graph/ops/matmul.ts';
import { mean } from '../../graph/ops/mean.ts';
import { sum } from '../../graph/ops/reduce.ts';
import { reshape } from '../../graph/ops/reshape.ts';
import { slice } from '../../graph/ops/slice.ts';
import { abs } from '../../graph/ops/unary.ts';
import { shape4 } from '../../graph/shape.ts';

/** Gram matrix and covariance of the channels of one picture, both [c, c], and their means, [c, 1]. */
export type Statistics = { gram: Value; covariance: Value; means: Value };

/** Picture `index` of a batch. */
export const pictureOf = (batch: Value, index: number): Value =>
  batch.shape[0] === 1 ? batch : slice(batch, { axis: 0, start: index, end: index + 1 });

/** Statistics of features [1, c, h, w]; sums are divided by the number of pixels. */
export function statistics(features: Value): Statistics {
  const [, c, h, w] = shape4(features.shape);
  const rows = reshape(features, [c, h * w]);
  const means = mean(rows, { axes: [1], keepDims: true });
  const products = mul(gram(rows), 1 / (h * w));
  const covariance = sub(products, matMul(means, means, { transposeB: true }));
  return { gram: products, covariance, means };
}

/** Added to what distances are divided by. */
const LEAST = 1e-8;

/** Squared distance to a target, divided by the target's square: [] for tensors of one shape. */
export const relativeDistance = (value: Value, target: Value): Value =>
  div(sum(square(sub(value, target))), add(sum(square(target)), LEAST));

/** Mean absolute difference of neighbours in rows and columns of [n, c, h, w]. */
export function totalVariation(x: Value): Value {
  const steps = ([2, 3] as const).map((axis) => {
    const length = x.shape[axis]!;
    const after = slice(x, { axis, start: 1, end: length });
    return mean(abs(sub(after, slice(x, { axis, start: 0, end: length - 1 }))));
  });
  return add(steps[0]!, steps[1]!);
}
