// Total variation: how much neighbouring pixels differ. As a loss it suppresses noise.

import type { Value } from '../../graph/graph.ts';
import { add, mul, square, sub } from '../../graph/ops/elementwise.ts';
import { mean } from '../../graph/ops/mean.ts';
import { pad } from '../../graph/ops/pad.ts';
import { sum } from '../../graph/ops/reduce.ts';
import { slice } from '../../graph/ops/slice.ts';
import { abs } from '../../graph/ops/unary.ts';
import { sizeOf } from '../../graph/shape.ts';

/**
 * `l1`: the sum of absolute differences to the right and lower neighbours (tf.image.total_variation); `l2`: of their squares;
 * `nine-point`: the mean of squares with the diagonals, weighted to be isotropic, with the edge pixels repeated outwards.
 */
export type TotalVariation = 'l1' | 'l2' | 'nine-point';

/** Of a picture `[1, c, h, w]` with at least two rows and columns; of shape []. */
export function totalVariation(picture: Value, kind: TotalVariation): Value {
  if (kind === 'nine-point') return ninePoint(picture);
  const measure = kind === 'l1' ? abs : square;
  return add(
    sum(measure(difference(picture, { down: 1, right: 0 }))),
    sum(measure(difference(picture, { down: 0, right: 1 }))),
  );
}

function ninePoint(picture: Value): Value {
  const padded = pad(picture, [1, 1, 1, 1], 'replicate');
  // A difference across the edge is 0, but still counts in the mean.
  const straight = [
    difference(picture, { down: 1, right: 0 }),
    difference(picture, { down: 0, right: 1 }),
  ].map((d) => mul(sum(square(d)), 2 / (3 * sizeOf(picture.shape))));
  const diagonal = [
    difference(padded, { down: 1, right: 1 }),
    difference(padded, { down: 1, right: -1 }),
  ].map((d) => mul(mean(square(d)), 2 / 12));
  return [...straight, ...diagonal].reduce((a, b) => add(a, b));
}

/** The neighbour minus the pixel, for every pixel that has this neighbour. */
function difference(x: Value, { down, right }: { down: number; right: number }): Value {
  const [, , height = 0, width = 0] = x.shape;
  const part = (top: number, left: number): Value =>
    slice(slice(x, { axis: 2, start: top, end: height - down + top }), {
      axis: 3,
      start: left,
      end: width - Math.abs(right) + left,
    });
  return sub(part(down, Math.max(0, right)), part(0, Math.max(0, -right)));
}
