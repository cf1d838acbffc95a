// Convolution and its transpose, with gradients to input, filter and bias.
import type { Parent, Value } from '../../graph.ts';
import { shape4, shapeText } from '../../shape.ts';
import { pad } from '../pad.ts';
import { sum } from '../reduce.ts';
import { padZeros } from '../slice.ts';
import { filterGradient } from './filter-gradient.ts';
import { flipFilter } from './flip-filter.ts';
import {
  attributesOf,
  checkBias,
  checkFilter,
  type Geometry,
  geometryOf,
  reachedOf,
  reachOf,
  spanOf,
  windowsOf,
} from './geometry.ts';

export type Conv2dOptions = Partial<Geometry> & {
  /** Added to each output channel. */
  bias?: Value | undefined;
};

/** Cross-correlation of x [n, c, h, w] with a filter [o, c, kh, kw] as [n, o, h', w']. Throws a RangeError. */
export function conv2d(x: Value, w: Value, { bias, ...options }: Conv2dOptions = {}): Value {
  checkFilter('conv2d', x, w, 1);
  const geometry = geometryOf('conv2d', options);
  const [n, , ...extents] = shape4(x.shape);
  const [o, , ...taps] = shape4(w.shape);
  checkBias('conv2d', bias, o);
  const windows = windowsOf(geometry, w, extents);
  if (windows.some((count) => count < 1))
    throw new RangeError(
      `conv2d: expected a filter that fits, got ${shapeText(w.shape)} for ${shapeText(x.shape)} padded by ${shapeText(geometry.pads)}`,
    );
  const reached = reachedOf(geometry, w, { extents, windows });
  if (spanOf(reached, w, windows).some((length) => length < 1))
    return conv2d(pad(x, geometry.pads), w, { ...geometry, pads: [0, 0, 0, 0], bias });
  return x.graph.apply({
    op: 'Conv',
    inputs: bias ? [x, w, bias] : [x, w],
    attributes: attributesOf(geometry, w),
    shape: [n, o, ...windows],
    type: x.type,
    parents: [
      { value: x, pull: (dy) => inputGradient(dy, w, reached, extents) },
      { value: w, pull: (dy) => filterGradient(x, dy, geometry, taps) },
      ...biasParents(bias),
    ],
  });
}

/**
 * Transposed convolution of x [n, c, h, w] with a filter [c, o, kh, kw], with which decoders enlarge: h' = (h - 1) · stride + kh - pads.
 * Throws a RangeError.
 */
export function convTranspose2d(
  x: Value,
  w: Value,
  { bias, ...options }: Conv2dOptions = {},
): Value {
  checkFilter('convTranspose2d', x, w, 0);
  const geometry = geometryOf('convTranspose2d', options);
  const [n, , ...windows] = shape4(x.shape);
  const [, o, ...taps] = shape4(w.shape);
  checkBias('convTranspose2d', bias, o);
  const extents = spanOf(geometry, w, windows);
  if (extents.some((length) => length < 1))
    throw new RangeError(
      `convTranspose2d: expected pads that leave something, got ${shapeText(geometry.pads)} for ${shapeText(x.shape)}`,
    );
  return x.graph.apply({
    op: 'ConvTranspose',
    inputs: bias ? [x, w, bias] : [x, w],
    attributes: attributesOf(geometry, w),
    shape: [n, o, ...extents],
    type: x.type,
    parents: [
      { value: x, pull: (dy) => conv2d(dy, w, geometry) },
      { value: w, pull: (dy) => filterGradient(dy, x, geometry, taps) },
      ...biasParents(bias),
    ],
  });
}

const biasParents = (bias: Value | undefined): Parent[] =>
  bias ? [{ value: bias, pull: (dy) => sum(dy, { axes: [0, 2, 3] }) }] : [];

/** The gradient with respect to the input; at stride 1 it is a convolution, which is fastest on every device. */
function inputGradient(
  dy: Value,
  w: Value,
  geometry: Geometry,
  [height, width]: readonly [number, number],
): Value {
  const [rows, columns] = reachOf(geometry, w);
  const [top, left, bottom, right] = geometry.pads;
  const pads = [
    rows - 1 - top,
    columns - 1 - left,
    rows - 1 - bottom,
    columns - 1 - right,
  ] as const;
  if (geometry.strides.every((stride) => stride === 1) && pads.every((length) => length >= 0))
    return conv2d(dy, flipFilter(w), { pads, dilations: geometry.dilations });
  const part = convTranspose2d(dy, w, geometry);
  // Rows and columns after the last window have gradient 0.
  const [, , h, v] = shape4(part.shape);
  const full = padZeros(part, { axis: 2, before: 0, after: height - h });
  return padZeros(full, { axis: 3, before: 0, after: width - v });
}
