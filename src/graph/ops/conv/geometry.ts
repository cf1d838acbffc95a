// Strides, padding and dilation of a convolution, and the lengths that follow from them.
import type { Value } from '../../graph.ts';
import { checkRank, shapeText } from '../../shape.ts';
import type { Sides } from '../pad.ts';

export type Geometry = {
  /** Rows and columns from one window to the next; default 1. */
  strides: readonly [number, number];
  /** Zeros around the picture: top, left, bottom, right. */
  pads: Sides;
  /** Rows and columns from one tap of the filter to the next; default 1. */
  dilations: readonly [number, number];
};

/** The options with defaults filled in. Throws a RangeError. */
export function geometryOf(op: string, options: Partial<Geometry>): Geometry {
  const { strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1] } = options;
  const whole = (from: number) => (n: number) => Number.isInteger(n) && n >= from;
  if (![...strides, ...dilations].every(whole(1)) || !pads.every(whole(0)))
    throw new RangeError(
      `${op}: expected strides and dilations from 1 and pads from 0, got ${shapeText(strides)}, ${shapeText(dilations)} and ${shapeText(pads)}`,
    );
  return { strides, pads, dilations };
}

/** The ONNX attributes, with the filter's own rows and columns. */
export const attributesOf = ({ strides, pads, dilations }: Geometry, { shape }: Value) => ({
  strides: { ints: strides },
  pads: { ints: pads },
  dilations: { ints: dilations },
  kernel_shape: { ints: shape.slice(2) },
});

/** Along rows (0) or columns (1): padding on both ends, and the extent of the filter with its gaps. */
function along({ pads, dilations }: Geometry, filter: Value, axis: 0 | 1) {
  const [top, left, bottom, right] = pads;
  const taps = filter.shape[2 + axis]!;
  return {
    padding: axis === 0 ? top + bottom : left + right,
    reach: (taps - 1) * dilations[axis] + 1,
  };
}

/** Extents of the filter with its gaps. */
export const reachOf = (geometry: Geometry, filter: Value): [number, number] => [
  along(geometry, filter, 0).reach,
  along(geometry, filter, 1).reach,
];

/** Number of windows along each axis of a picture of these extents; less than 1 if the filter does not fit. */
export const windowsOf = (
  geometry: Geometry,
  filter: Value,
  extents: readonly number[],
): [number, number] => {
  const of = (axis: 0 | 1): number => {
    const { padding, reach } = along(geometry, filter, axis);
    const room = extents[axis]! + padding - reach;
    return Math.floor(room / geometry.strides[axis]) + 1;
  };
  return [of(0), of(1)];
};

/** The smallest extents with this many windows; less than 1 if the padding is larger. */
export const spanOf = (
  geometry: Geometry,
  filter: Value,
  windows: readonly number[],
): [number, number] => {
  const of = (axis: 0 | 1): number => {
    const { padding, reach } = along(geometry, filter, axis);
    return (windows[axis]! - 1) * geometry.strides[axis] + reach - padding;
  };
  return [of(0), of(1)];
};

/** The geometry without the padding below and on the right that no window reaches. */
export function reachedOf(
  geometry: Geometry,
  filter: Value,
  { extents, windows }: { extents: readonly number[]; windows: readonly number[] },
): Geometry {
  const [top, left, bottom, right] = geometry.pads;
  const span = spanOf(geometry, filter, windows);
  const rest = (axis: 0 | 1): number => extents[axis]! - span[axis];
  const pads = [top, left, Math.max(0, bottom - rest(0)), Math.max(0, right - rest(1))] as const;
  return { ...geometry, pads };
}

/** Throws a RangeError unless the filter's axis `channels` fits x's channels. */
export function checkFilter(op: string, x: Value, w: Value, channels: 0 | 1): void {
  checkRank(op, x.shape, 4);
  checkRank(op, w.shape, 4);
  if (x.shape[1] !== w.shape[channels] || x.type !== w.type)
    throw new RangeError(
      `${op}: expected a filter for ${x.shape[1]} channels, got ${shapeText(w.shape)} for ${shapeText(x.shape)}`,
    );
}

/** Throws a RangeError unless there is one number for each channel. */
export function checkBias(op: string, bias: Value | undefined, channels: number): void {
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== channels))
    throw new RangeError(`${op}: expected a bias of [${channels}], got ${shapeText(bias.shape)}`);
}
