// The loss that pulls contours of drawn cells to where the picture has its own.
import type { Value } from '../../graph/graph.ts';
import { add, div, mul, square, sub } from '../../graph/ops/elementwise.ts';
import { mean } from '../../graph/ops/mean.ts';
import { slice } from '../../graph/ops/slice.ts';
import { sqrt } from '../../graph/ops/unary.ts';
import { shape4 } from '../../graph/shape.ts';

/** Added to squared gradients, because a square root has no slope at 0. */
const FLAT = 1e-4;
/** Added to variances, so that crops without contours count little. */
const FAINT = 1e-3;

const PLANE = { axes: [1, 2, 3], keepDims: true };

/** 1 minus the correlation of the gradients of `made` [n, 1, h, w] with `edges`, its picture's; the mean over all n, from 0 to 2. */
export function edgeLoss(made: Value, edges: Value): Value {
  const [, , height, width] = shape4(made.shape);
  const found = centred(sobel(made));
  const wanted = centred(inner(inner(edges, 2, height), 3, width));
  const both = mean(mul(found, wanted), PLANE);
  const spread = sqrt(mul(varianceOf(found), varianceOf(wanted)));
  return sub(1, mean(div(both, spread)));
}

/** Magnitude of Sobel's gradient where the filter fits: [n, 1, h - 2, w - 2]. */
export function sobel(x: Value): Value {
  const across = smoothed(difference(x, 3), 2);
  const down = smoothed(difference(x, 2), 3);
  return sqrt(add(add(square(across), square(down)), FLAT));
}

/** All but two elements of an axis, from `start` on. */
const shifted = (x: Value, axis: 2 | 3, start: 0 | 1 | 2): Value =>
  slice(x, { axis, start, end: x.shape[axis]! - 2 + start });

const inner = (x: Value, axis: 2 | 3, length: number): Value =>
  slice(x, { axis, start: 1, end: length - 1 });

const difference = (x: Value, axis: 2 | 3): Value => sub(shifted(x, axis, 2), shifted(x, axis, 0));

const smoothed = (x: Value, axis: 2 | 3): Value =>
  add(add(shifted(x, axis, 0), shifted(x, axis, 2)), mul(shifted(x, axis, 1), 2));

const centred = (x: Value): Value => sub(x, mean(x, PLANE));

const varianceOf = (x: Value): Value => add(mean(square(x), PLANE), FAINT);
