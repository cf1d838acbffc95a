// Pooling over windows that do not overlap.
import type { Value } from '../graph.ts';
import { checkRank, shape4, shapeText } from '../shape.ts';
import { greater, greaterOrEqual, masked } from './compare.ts';
import { mul, sub } from './elementwise.ts';
import { reshape } from './reshape.ts';
import { resizeNearest } from './resize-nearest.ts';
import { concat, padZeros } from './slice.ts';

/** Shape [n, c, rows, columns] of x counted in whole windows. Throws a RangeError if no window fits. */
function pooledShape(op: string, { shape }: Value, size: number): number[] {
  checkRank(op, shape, 4);
  const [n, c, h, w] = shape4(shape);
  const pooled = [n, c, Math.floor(h / size), Math.floor(w / size)];
  if (!Number.isInteger(size) || size < 1 || pooled.includes(0))
    throw new RangeError(
      `${op}: expected windows of 1 to ${Math.min(h, w)}, got ${size} for ${shapeText(shape)}`,
    );
  return pooled;
}

const windows = (size: number) => ({
  kernel_shape: { ints: [size, size] },
  strides: { ints: [size, size] },
});

/** Pads [n, c, h, w] with zero rows below and zero columns on the right. */
function fill(x: Value, [, , h = 0, w = 0]: readonly number[]): Value {
  const rows = padZeros(x, { axis: 2, before: 0, after: h - x.shape[2]! });
  return padZeros(rows, { axis: 3, before: 0, after: w - x.shape[3]! });
}

/** Mean of each size × size window of [n, c, h, w]; rows and columns that fill no window are left out. Throws a RangeError. */
export function avgPool2d(x: Value, size = 2): Value {
  const shape = pooledShape('avgPool2d', x, size);
  return x.graph.apply({
    op: 'AveragePool',
    inputs: [x],
    attributes: windows(size),
    shape,
    type: x.type,
    parents: [
      {
        value: x,
        pull: (dy) => fill(resizeNearest(mul(dy, 1 / (size * size)), size), x.shape),
      },
    ],
  });
}

/**
 * Largest value of each size × size window of [n, c, h, w]; rows and columns that fill no window are left out. The gradient goes to
 * the first of equal values in row-major order. Throws a RangeError.
 */
export function maxPool2d(x: Value, size = 2): Value {
  const shape = pooledShape('maxPool2d', x, size);
  // After a ReLU, only windows with a positive maximum pass gradient. Masking here, on the smaller tensor, makes the ReLU's own mask
  // unnecessary.
  const before =
    x.source.kind === 'node' && x.source.op === 'Relu' ? x.source.inputs[0] : undefined;
  const pull = (dy: Value, y: Value): Value => toFirstMaximum({ x, y, dy, size });
  return x.graph.apply({
    op: 'MaxPool',
    inputs: [x],
    attributes: windows(size),
    shape,
    type: x.type,
    parents: [
      before
        ? { value: before, pull: (dy, y) => pull(masked(dy, greater(y, 0)), y) }
        : { value: x, pull },
    ],
  });
}

type Pooled = { x: Value; y: Value; dy: Value; size: number };

/** Gives each window's gradient to the first position, in row-major order, that has the maximum. */
function toFirstMaximum({ x, y, dy, size }: Pooled): Value {
  const places: Value[] = [];
  let rest = dy;
  for (let i = 0; i < size * size - 1; i += 1) {
    const kept = masked(rest, greaterOrEqual(placeOf(x, y, size, i), y));
    places.push(kept);
    rest = sub(rest, kept);
  }
  return fill(interleave([...places, rest], size), x.shape);
}

/** The i-th position of every window, for comparison only: no gradient passes. */
function placeOf(x: Value, y: Value, size: number, i: number): Value {
  const [, , h, w] = shape4(y.shape);
  const first = [Math.floor(i / size), i % size] as const;
  const ends = [first[0] + (h - 1) * size + 1, first[1] + (w - 1) * size + 1];
  const { ints } = x.graph;
  return x.graph.apply({
    op: 'Slice',
    inputs: [x, ints(first), ints(ends), ints([2, 3]), ints([size, size])],
    shape: y.shape,
    type: x.type,
  });
}

/** The inverse of taking every size-th row and column, from size² parts. */
function interleave(parts: readonly Value[], size: number): Value {
  const [n, c, h, w] = shape4(parts[0]!.shape);
  const columns = parts.map((part) => reshape(part, [n, c, h, w, 1]));
  const rows = Array.from({ length: size }, (_, row) =>
    reshape(concat(columns.slice(row * size, (row + 1) * size), 4), [n, c, h, 1, w * size]),
  );
  return reshape(concat(rows, 3), [n, c, h * size, w * size]);
}
