// Single colours of a picture as sRGB-coded tensors, and back into bytes: what fitting works on, one colour at a time if need be.
import { type Tensor3D, tensor3d } from '@tensorflow/tfjs-core';
import { eachBand } from '../bands.ts';
import { createImage, type Image } from '../image.ts';
import type { Pace } from '../pace.ts';
import { codeOfLinear } from './colour.ts';
import type { Picture } from './picture.ts';

export type ColourOptions = {
  /** Which ones, and in which order: 0 red, 1 green, 2 blue. */
  colours: readonly number[];
  /** All of them as the light that the picture gives. */
  isGrey: boolean;
  /** What black and white become. */
  range: { low: number; high: number };
  /** Pixels that its mirror image adds on the right and below. */
  padding: { x: number; y: number };
};

// Roughly what a value takes, in nanoseconds: read, read as one of a grey, and written.
const READ = 8;
const GREY = 24;
const WRITTEN = 4;

/** Coded straight colours as a new tensor `[h, w, colours]`, padded, which the caller owns. */
export async function codedColours(
  picture: Picture,
  { colours, isGrey, range: { low, high }, padding }: ColourOptions,
  pace: Pace,
): Promise<Tensor3D> {
  const count = colours.length;
  const { width, height } = picture;
  const size = { width: width + padding.x, height: height + padding.y };
  const stride = size.width * count;
  const data = new Float32Array(size.height * stride);
  const coded = codedRows(picture);
  const read = isGrey ? greyRows(coded, width) : coded;
  const row = new Float32Array(width);
  const ns = width * count * (isGrey ? GREY : READ);
  await eachBand({ count: height, ns }, pace, (first, end) => {
    for (let y = first; y < end; y++) {
      colours.forEach((colour, k) => {
        read(y, colour, row);
        for (let x = 0, i = y * stride + k; x < width; x++, i += count) {
          data[i] = low + (high - low) * (row[x] as number);
        }
      });
      const right = y * stride + width * count;
      for (let i = 0; i < padding.x * count; i++) {
        const mirrored = right - count * (Math.floor(i / count) + 1) + (i % count);
        data[right + i] = data[mirrored] as number;
      }
    }
  });
  for (let y = 0; y < padding.y; y++) {
    const from = (height - 1 - y) * stride;
    data.copyWithin((height + y) * stride, from, from + stride);
  }
  return tensor3d(data, [size.height, size.width, count]);
}

/** Writes one colour of row `y`, coded 0…1. */
type Rows = (y: number, colour: number, row: Float32Array) => void;

function codedRows(picture: Picture): Rows {
  const { width } = picture;
  if (picture.form === 'bytes') {
    const { data } = picture.image;
    return (y, colour, row) => {
      for (let x = 0, i = 4 * y * width + colour; x < width; x++, i += 4) {
        row[x] = (data[i] as number) / 255;
      }
    };
  }
  if (picture.form === 'coded') {
    const values = picture.tensor.dataSync<'float32'>();
    return (y, colour, row) => {
      for (let x = 0, i = 3 * y * width + colour; x < width; x++, i += 3) {
        row[x] = values[i] as number;
      }
    };
  }
  const { data, channels } = picture;
  return (y, colour, row) => {
    for (let x = 0, i = channels * y * width; x < width; x++, i += channels) {
      const alpha = channels === 4 ? clamp(data[i + 3] as number) : 1;
      row[x] = codeOfLinear(alpha > 0 ? (data[i + colour] as number) / alpha : 0);
    }
  };
}

// Rec. 709 weights on coded values: the light that a picture gives when its colours are left out.
const LIGHT = [0.2126, 0.7152, 0.0722];

function greyRows(read: Rows, width: number): Rows {
  const one = new Float32Array(width);
  return (y, _, row) => {
    row.fill(0);
    LIGHT.forEach((weight, colour) => {
      read(y, colour, one);
      for (let x = 0; x < width; x++) row[x] = (row[x] as number) + weight * (one[x] as number);
    });
  };
}

/** A black image with the alpha of a picture. */
export function blackLike(picture: Picture): Image {
  const image = createImage(picture);
  const { data } = image;
  const alpha = alphaOf(picture);
  for (let i = 3, p = 0; i < data.length; i += 4, p++) data[i] = alpha(p);
  return image;
}

function alphaOf(picture: Picture): (pixel: number) => number {
  if (picture.form === 'bytes') {
    const { data } = picture.image;
    return (p) => data[4 * p + 3] as number;
  }
  const { alpha, step, last } =
    picture.form === 'coded'
      ? { alpha: picture.alpha, step: 1, last: 0 }
      : { alpha: picture.channels === 4 ? picture.data : undefined, step: 4, last: 3 };
  // A clamped byte array rounds and clamps by itself.
  return alpha ? (p) => 255 * (alpha[step * p + last] as number) : () => 255;
}

/**
 * Writes coded colours (a tensor `[h, w, n]`, at least as large as the image) to an image: `targets` says for each of its colours
 * which one of the tensor's it takes, if any. Values are clamped, and rounded or `truncated` to whole levels.
 */
export async function writeColours(
  tensor: Tensor3D,
  image: Image,
  { targets, truncated }: { targets: readonly (number | undefined)[]; truncated: boolean },
  pace: Pace,
): Promise<void> {
  const [, length, count] = tensor.shape;
  const values = tensor.dataSync<'float32'>();
  const { width, height, data } = image;
  await eachBand({ count: height, ns: WRITTEN * width * count }, pace, (first, end) => {
    for (let y = first; y < end; y++) {
      targets.forEach((from, colour) => {
        if (from === undefined) return;
        const row = { from: y * length * count + from, to: 4 * y * width + colour };
        for (let x = 0, i = row.from, j = row.to; x < width; x++, i += count, j += 4) {
          const level = Math.fround(255 * (values[i] as number));
          data[j] = truncated ? Math.floor(level) : level;
        }
      });
    }
  });
}

const clamp = (v: number): number => Math.min(1, Math.max(0, v));
