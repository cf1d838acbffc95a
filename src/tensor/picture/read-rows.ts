// Reads a picture of any form in linear light, row by row, without converting the whole picture.
import type { Size } from '../../image.ts';
import { srgbToLinear } from '../../srgb.ts';
import { eachBand, type Pace } from '../../timing.ts';
import { linearOfByte } from '../colour/colour.ts';
import { type Coded, channelsOf, type Linear, type Picture } from './picture.ts';

export type RowReader = Size & {
  channels: 3 | 4;
  /** One row, premultiplied if there is alpha: `width · channels` floats, valid until the next call. */
  row: (y: number) => Float32Array;
  /** Number of pixels of the picture that one call of `row` reads. */
  pixels: number;
};

/** Rows of the picture in linear light. */
export function readRows(picture: Picture): RowReader {
  const { width, height } = picture;
  if (picture.form === 'coded') return readCoded(picture);
  const channels = channelsOf(picture);
  if (picture.form === 'linear') {
    const { data } = picture;
    const stride = width * channels;
    const row = (y: number) => data.subarray(y * stride, (y + 1) * stride);
    return { width, height, channels, row, pixels: width };
  }
  const { data } = picture.image;
  const buffer = new Float32Array(width * channels);
  const read = channels === 3 ? readOpaque : readTransparent;
  const row = (y: number): Float32Array => {
    read(data, buffer, { begin: 4 * width * y, end: 4 * width * (y + 1) });
    return buffer;
  };
  return { width, height, channels, row, pixels: width };
}

function readOpaque(
  data: Uint8ClampedArray,
  row: Float32Array,
  { begin, end }: { begin: number; end: number },
): void {
  for (let i = begin, j = 0; i < end; i += 4, j += 3) {
    row[j] = linearOfByte[data[i]!]!;
    row[j + 1] = linearOfByte[data[i + 1]!]!;
    row[j + 2] = linearOfByte[data[i + 2]!]!;
  }
}

function readTransparent(
  data: Uint8ClampedArray,
  row: Float32Array,
  { begin, end }: { begin: number; end: number },
): void {
  for (let i = begin, j = 0; i < end; i += 4, j += 4) {
    const a = data[i + 3]! / 255;
    row[j] = linearOfByte[data[i]!]! * a;
    row[j + 1] = linearOfByte[data[i + 1]!]! * a;
    row[j + 2] = linearOfByte[data[i + 2]!]! * a;
    row[j + 3] = a;
  }
}

function readCoded({ width, height, tensor, alpha }: Size & Coded): RowReader {
  const channels = alpha ? 4 : 3;
  const data = tensor.dataSync<'float32'>();
  const buffer = new Float32Array(width * channels);
  return {
    width,
    height,
    channels,
    pixels: width,
    row(y) {
      for (let x = 0, p = y * width, j = 0; x < width; x++, p++, j += channels) {
        const a = alpha ? alpha[p]! : 1;
        for (let c = 0; c < 3; c++) {
          buffer[j + c] = srgbToLinear(clamp(data[3 * p + c]!)) * a;
        }
        if (alpha) buffer[j + 3] = a;
      }
      return buffer;
    },
  };
}

/** The whole picture in linear light; returns the picture's own array if it already is. */
export async function linearOf(picture: Picture, pace: Pace): Promise<Linear> {
  if (picture.form === 'linear') return picture;
  const { width, height, channels, row } = readRows(picture);
  const data = new Float32Array(width * height * channels);
  await eachBand(height, pace, (first, end) => {
    for (let y = first; y < end; y++) data.set(row(y), y * width * channels);
  });
  return { width, height, channels, data };
}

const clamp = (v: number): number => Math.min(1, Math.max(0, v));
