// Pixels as tf.js has them: `[h, w]` whole numbers, each the four bytes RGBA of a pixel in the byte order of this machine.
import {
  add,
  cast,
  clipByValue,
  floor,
  floorDiv,
  mod,
  mul,
  reshape,
  round,
  scalar,
  slice,
  split,
  stack,
  type Tensor2D,
  type Tensor3D,
  tensor2d,
  tile,
} from '@tensorflow/tfjs-core';
import type { Size } from '../../image.ts';
import { customOp } from './custom-op.ts';

/** Name of the kernel of `unpacked`: input pixels; attributes of `Reading`. */
export const UNPACK = 'TesseraUnpack';
/** Name of the kernel of `packed`: inputs x and under; attributes of `PackAttrs`. */
export const PACK = 'TesseraPack';

/** Name of the kernel that copies a part of a picture: no inputs; attributes of `CutAttrs`. */
export const CUT = 'TesseraCut';

/** Pixels of which a part begins at `first` and has a row every `stride` pixels. */
type Part = { pixels: Int32Array; first: number; stride: number };
export type CutAttrs = Part & Size;

/** How the colours of pixels are read. */
export type Reading = {
  channels: 1 | 3;
  /** Whether every channel is the luma; one channel always is. */
  isGrey: boolean;
};

export type PackAttrs = {
  /** Whether values are rounded down, as a cast to bytes does, and not to the nearest level. */
  truncate: boolean;
};

/** A picture, or a part of one: its size, the number of its first pixel in `data`, and the pixels from row to row. Default: 0, and the width. */
export type PixelRows = Size & { data: Uint8ClampedArray; first?: number; stride?: number };

/**
 * The pixels of a picture as a new tensor `[h, w]`; of `size` if given: what is beyond the picture at the right and below mirrors it, and is not
 * more than the picture.
 */
export function pixelsOf(rows: PixelRows, size: Size = rows): Tensor2D {
  const { width, height, data, first = 0, stride = width } = rows;
  const pixels = new Int32Array(data.buffer, data.byteOffset, data.length / 4);
  const shape: [number, number] = [size.height, size.width];
  const part = { pixels, first, stride };
  if (size.width !== width || size.height !== height) {
    return tensor2d(mirrored(part, { width, height }, size), shape, 'int32');
  }
  if (stride === width)
    return tensor2d(pixels.subarray(first, first + width * height), shape, 'int32');
  return customOp({
    name: CUT,
    inputs: {},
    attrs: { ...part, width, height },
    compose: () => tensor2d(mirrored(part, { width, height }, size), shape, 'int32'),
  });
}

function mirrored(
  { pixels, first, stride }: Part,
  { width, height }: Size,
  size: Size,
): Int32Array {
  const result = new Int32Array(size.width * size.height);
  for (let y = 0; y < size.height; y++) {
    const from = first + stride * (y < height ? y : 2 * height - 1 - y);
    const to = size.width * y;
    result.set(pixels.subarray(from, from + width), to);
    for (let x = width; x < size.width; x++) result[to + x] = pixels[from + 2 * width - 1 - x]!;
  }
  return result;
}

/** The colours of `pixels` `[h, w]` as floats 0…1, `[h, w, channels]`; alpha is left out. */
export const unpacked = (pixels: Tensor2D, reading: Reading): Tensor3D =>
  customOp({
    name: UNPACK,
    inputs: { pixels },
    attrs: reading,
    compose: () => composeUnpacked(pixels, reading),
  });

/** The colours `x` `[h', w', 1 or 3]`, 0…1, as pixels `[h, w]` of the size and with the alpha of `under`; what is beyond them is dropped. */
export const packed = (x: Tensor3D, under: Tensor2D, attrs: PackAttrs): Tensor2D =>
  customOp({
    name: PACK,
    inputs: { x, under },
    attrs,
    compose: () => composePacked(x, under, attrs),
  });

// Rec. 709 weights on coded values: the luma of a picture.
const LUMA = [0.2126, 0.7152, 0.0722];

/** Byte `index` (0 red … 3 alpha) of each packed pixel, 0…255. */
export const byteOf = (pixels: Tensor2D, index: number): Tensor2D =>
  mod(floorDiv(pixels, whole(256 ** index)), whole(256));

const whole = (v: number) => scalar(v, 'int32');

/** `unpacked`, of operations that every backend has. */
export function composeUnpacked(pixels: Tensor2D, { channels, isGrey }: Reading): Tensor3D {
  const levels = [0, 1, 2].map((index) => cast(byteOf(pixels, index), 'float32'));
  const luma = () => levels.map((level, c) => mul(level, LUMA[c]!)).reduce((a, b) => add(a, b));
  const colours = isGrey ? Array<Tensor2D>(channels).fill(luma() as Tensor2D) : levels;
  return mul(stack(colours, 2), 1 / 255);
}

function composePacked(x: Tensor3D, under: Tensor2D, { truncate }: PackAttrs): Tensor2D {
  const [height, width] = under.shape;
  const [, , channels] = x.shape;
  const scaled = mul(clipByValue(slice(x, [0, 0, 0], [height, width, channels]), 0, 1), 255);
  const levels = cast(truncate ? floor(scaled) : round(scaled), 'int32') as Tensor3D;
  const three = channels === 3 ? levels : tile(levels, [1, 1, 3]);
  const parts = split(three, 3, 2).map((level, c) => mul(level, whole(256 ** c)));
  const alpha = mul(floorDiv(under, whole(2 ** 24)), whole(2 ** 24));
  const sum = parts.reduce((a, b) => add(a, b));
  return add(reshape(sum, [height, width]), alpha);
}
