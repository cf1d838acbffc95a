// Sums over axes, and broadcasting, which is their adjoint.
import type { Value } from '../graph.ts';
import { commonShape, normalAxes, type Shape, sameShape, shapeText } from '../shape.ts';
import { reshape } from './reshape.ts';

export type ReduceOptions = {
  /** Default: all axes. Negative ones count from the end. */
  axes?: readonly number[];
  /** Keeps the summed axes, with length 1. */
  keepDims?: boolean;
};

export type Reduction = { axes: number[]; kept: number[]; shape: number[] };

/** The checked axes, the result's shape with them at length 1, and the result's shape. Throws a RangeError. */
export function reduction(op: string, x: Value, options: ReduceOptions): Reduction {
  const axes = normalAxes(op, x.shape, options.axes ?? x.shape.map((_, i) => i));
  const kept = x.shape.map((n, i) => (axes.includes(i) ? 1 : n));
  const shape = options.keepDims ? kept : x.shape.filter((_, i) => !axes.includes(i));
  return { axes, kept, shape };
}

/** Sum over axes; over no axes it is x. Throws a RangeError. */
export function sum(x: Value, options: ReduceOptions = {}): Value {
  const { axes, kept, shape } = reduction('sum', x, options);
  if (axes.length === 0) return x;
  return x.graph.apply({
    op: 'ReduceSum',
    inputs: [x, x.graph.ints(axes)],
    attributes: { keepdims: { int: options.keepDims ? 1 : 0 } },
    shape,
    type: x.type,
    parents: [{ value: x, pull: (dy) => broadcastTo(reshape(dy, kept), x.shape) }],
  });
}

/** Repeats x to a larger shape by numpy's rules. Throws a RangeError. */
export function broadcastTo(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  if (!sameShape(commonShape(x.shape, shape) ?? [], shape))
    throw new RangeError(
      `broadcastTo: expected a shape that ${shapeText(x.shape)} repeats to, got ${shapeText(shape)}`,
    );
  return x.graph.apply({
    op: 'Expand',
    inputs: [x, x.graph.ints(shape)],
    shape,
    type: x.type,
    parents: [{ value: x, pull: (dy) => sumTo(dy, x.shape) }],
  });
}

/** The adjoint of broadcasting from `shape`: sums over every axis that was repeated. */
export function sumTo(x: Value, shape: Shape): Value {
  const extra = x.shape.length - shape.length;
  const axes = x.shape.flatMap((n, i) =>
    i < extra || (shape[i - extra] === 1 && n !== 1) ? [i] : [],
  );
  return axes.length === 0 ? x : reshape(sum(x, { axes, keepDims: true }), shape);
}
