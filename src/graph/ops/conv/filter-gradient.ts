// The gradient of a convolution with respect to its filter: the way that measures fastest for the filter at hand.
import type { Value } from '../../graph.ts';
import { shape4 } from '../../shape.ts';
import { matMul } from '../matmul.ts';
import { pad } from '../pad.ts';
import { sum } from '../reduce.ts';
import { reshape, transpose } from '../reshape.ts';
import { concat, slice } from '../slice.ts';
import { conv2d } from './conv.ts';
import type { Geometry } from './geometry.ts';

type Taps = readonly [number, number];

/** Above so many taps, products make too many nodes. */
const MOST_PRODUCTS = 49;

/** The gradient with respect to a filter of these taps, [o, c, …taps], for an input x and the gradient dy with respect to the output. */
export function filterGradient(x: Value, dy: Value, geometry: Geometry, taps: Taps): Value {
  return wayOf(geometry, taps)(x, dy, geometry, taps);
}

function wayOf({ strides, dilations }: Geometry, [rows, columns]: Taps): typeof filterGradient {
  if (rows * columns > MOST_PRODUCTS) return byConvolution;
  const shifts = strides.every((stride) => stride === 1) && (rows - 1) * dilations[0] > 0;
  return shifts ? byShifts : byProducts;
}

/**
 * As `byProducts`, for stride 1 and more than one row of taps, with a third of the copies: in the rows of a picture, one after the
 * other, a tap's pixels lie at a fixed distance if dy has as many zeros beside it as the filter reaches. x is shifted by the taps'
 * rows, and dy by their columns.
 */
function byShifts(
  x: Value,
  dy: Value,
  { pads, dilations }: Geometry,
  [rows, columns]: Taps,
): Value {
  const [down, right] = [(rows - 1) * dilations[0], (columns - 1) * dilations[1]];
  // Rows and columns that no window reaches are cut off.
  const [height, width] = [dy.shape[2]! + down, dy.shape[3]! + right];
  const seen = slice(pad(x, pads), { axis: 2, start: 0, end: height });
  const pixels = flat(slice(seen, { axis: 3, start: 0, end: width }));
  const weights = flat(pad(dy, [0, right, down, 0]));
  const length = (height - down) * width;
  const part = (of: Value, start: number): Value =>
    slice(of, { axis: 2, start, end: start + length });
  const shifted = Array.from({ length: columns }, (_, j) =>
    part(weights, right - j * dilations[1]),
  );
  const products = Array.from({ length: rows }, (_, i) => {
    const row = part(pixels, i * dilations[0] * width);
    return shifted.map((weight) => matMul(weight, row, { transposeB: true }));
  });
  const [n, o, c] = [x.shape[0]!, dy.shape[1]!, x.shape[1]!];
  const parts = products.flat().map((part) => reshape(part, [n, o, c, 1]));
  return reshape(sum(concat(parts, 3), { axes: [0] }), [o, c, rows, columns]);
}

/** [n, c, h, w] as [n, c, h · w]. */
const flat = (x: Value): Value => {
  const [n, c, h, w] = shape4(x.shape);
  return reshape(x, [n, c, h * w]);
};

/** For every tap the product of dy with the pixels that the tap saw, summed over pictures and windows. */
function byProducts(x: Value, dy: Value, geometry: Geometry, [rows, columns]: Taps): Value {
  const { strides, pads, dilations } = geometry;
  const [n, o, height, width] = shape4(dy.shape);
  const c = x.shape[1]!;
  const padded = pad(x, pads);
  const seen = (from: Value, axis: 2 | 3, tap: number): Value => {
    const start = tap * dilations[axis - 2]!;
    const windows = axis === 2 ? height : width;
    const step = strides[axis - 2]!;
    return slice(from, { axis, start, end: start + (windows - 1) * step + 1, step });
  };
  const weight = reshape(dy, [n, o, height * width]);
  const products = Array.from({ length: rows }, (_, i) => seen(padded, 2, i)).flatMap((row) =>
    Array.from({ length: columns }, (_, j) => {
      const pixels = reshape(seen(row, 3, j), [n, c, height * width]);
      return sum(matMul(weight, pixels, { transposeB: true }), { axes: [0] });
    }),
  );
  const parts = products.map((part) => reshape(part, [o, c, 1]));
  return reshape(concat(parts, 2), [o, c, rows, columns]);
}

/** A convolution in which batch and channels change places, strides and dilations too. */
function byConvolution(
  x: Value,
  dy: Value,
  { strides, pads, dilations }: Geometry,
  [rows, columns]: Taps,
): Value {
  const exchanged = (value: Value): Value => transpose(value, [1, 0, 2, 3]);
  const made = conv2d(exchanged(x), exchanged(dy), {
    strides: dilations,
    dilations: strides,
    pads,
  });
  // Rows and columns after the last window would give extra taps that the filter does not have.
  const fitting = slice(made, { axis: 2, start: 0, end: rows });
  return exchanged(slice(fitting, { axis: 3, start: 0, end: columns }));
}
