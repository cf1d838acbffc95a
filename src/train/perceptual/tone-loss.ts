// Whether light and dark lie where they do in the content: without it networks tend to paint faces as negatives.
import type { Value } from '../../graph/graph.ts';
import { conv2d } from '../../graph/ops/conv/conv.ts';
import { add, div, mul, square, sub } from '../../graph/ops/elementwise.ts';
import { mean } from '../../graph/ops/mean.ts';
import { sqrt } from '../../graph/ops/unary.ts';

/** Edge of the blocks in pixels whose lumas are compared. */
const BLOCK = 8;
const LUMA = [0.299, 0.587, 0.114];
/** Added to variances, so that a flat content has no loss. */
const FAINT = 2e-4;

const PLANE = { axes: [1, 2, 3], keepDims: true };

/** 1 less the correlation of the lumas of blocks of `made` and `content`, both [n, 3, h, w]; the mean over all n, from 0 to 2. */
export function toneLoss(made: Value, content: Value): Value {
  const [one, other] = [blocksOf(made), blocksOf(content)];
  const both = mean(mul(one, other), PLANE);
  const spread = sqrt(mul(varianceOf(one), varianceOf(other)));
  return sub(1, mean(div(both, spread)));
}

/** Mean lumas of blocks less their mean: [n, 1, ⌊h / 8⌋, ⌊w / 8⌋]. */
function blocksOf(x: Value): Value {
  const area = BLOCK * BLOCK;
  const filter = Float32Array.from(
    { length: 3 * area },
    (_, i) => LUMA[Math.floor(i / area)]! / area,
  );
  const lumas = conv2d(x, x.graph.constant(filter, [1, 3, BLOCK, BLOCK]), {
    strides: [BLOCK, BLOCK],
  });
  return sub(lumas, mean(lumas, PLANE));
}

const varianceOf = (x: Value): Value => add(mean(square(x), PLANE), FAINT);
