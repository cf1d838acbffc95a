// Operations that only rearrange elements: reshape, transpose, reverse.
import type { Value } from '../graph.ts';
import { normalAxes, type Shape, sameShape, shapeText, sizeOf } from '../shape.ts';

/** The same elements in row-major order under another shape. Throws a RangeError if the number of elements differs. */
export function reshape(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  if (sizeOf(shape) !== sizeOf(x.shape))
    throw new RangeError(
      `reshape: expected a shape of ${sizeOf(x.shape)} elements for ${shapeText(x.shape)}, got ${shapeText(shape)}`,
    );
  return x.graph.apply({
    op: 'Reshape',
    inputs: [x, x.graph.ints(shape)],
    shape,
    type: x.type,
    parents: [{ value: x, pull: (dy) => reshape(dy, x.shape) }],
  });
}

/** Axis i of the result is axis `order[i]` of x; without an order all axes are reversed. Throws a RangeError. */
export function transpose(x: Value, order?: readonly number[]): Value {
  const perm = order ?? x.shape.map((_, i) => x.shape.length - 1 - i);
  if (perm.length !== x.shape.length || !x.shape.every((_, i) => perm.includes(i)))
    throw new RangeError(
      `transpose: expected each axis of ${shapeText(x.shape)} once, got ${shapeText(perm)}`,
    );
  if (perm.every((axis, i) => axis === i)) return x;
  return x.graph.apply({
    op: 'Transpose',
    inputs: [x],
    attributes: { perm: { ints: perm } },
    shape: perm.map((axis) => x.shape[axis]!),
    type: x.type,
    parents: [
      {
        value: x,
        pull: (dy) =>
          transpose(
            dy,
            perm.map((_, i) => perm.indexOf(i)),
          ),
      },
    ],
  });
}

// End of a slice with step -1 that includes the first element: below any index.
const beforeFirst = -(2 ** 31);

/** Reverses the elements along these axes. Throws a RangeError. */
export function reverse(x: Value, along: readonly number[]): Value {
  const axes = normalAxes('reverse', x.shape, along).filter((axis) => x.shape[axis] !== 1);
  if (axes.length === 0) return x;
  const { ints } = x.graph;
  return x.graph.apply({
    op: 'Slice',
    inputs: [
      x,
      ints(axes.map((axis) => x.shape[axis]! - 1)),
      ints(axes.map(() => beforeFirst)),
      ints(axes),
      ints(axes.map(() => -1)),
    ],
    shape: x.shape,
    type: x.type,
    parents: [{ value: x, pull: (dy) => reverse(dy, axes) }],
  });
}
