// A picture's colours as plain arrays in linear light, without the factor of opacity: what palettes are matched against.
import { createImage, type Image, type Size } from '../image.ts';
import { byteOfLinear } from './colour.ts';
import { type Picture, readRows } from './picture.ts';

export type Straight = Size & {
  /** Three values a pixel, linear light 0…1; zero where the pixel is clear. */
  linear: Float32Array;
  /** Opacity 0…1 of each pixel; absent where the picture is opaque. */
  alpha: Float32Array | undefined;
};

/** Straight linear light of any picture; a copy. */
export function straightOf(picture: Picture): Straight {
  const { width, height, channels, row } = readRows(picture);
  const n = width * height;
  const linear = new Float32Array(3 * n);
  if (channels === 3) {
    for (let y = 0; y < height; y++) linear.set(row(y), 3 * width * y);
    return { width, height, linear, alpha: undefined };
  }
  const alpha = new Float32Array(n);
  for (let y = 0, p = 0; y < height; y++) {
    const values = row(y);
    for (let j = 0; j < values.length; j += 4, p++) {
      const a = values[j + 3] as number;
      alpha[p] = a;
      if (!(a > 0)) continue;
      for (let c = 0; c < 3; c++) linear[3 * p + c] = (values[j + c] as number) / a;
    }
  }
  return { width, height, linear, alpha };
}

/** As RGBA8, rounded to the nearest level. */
export function imageOfStraight({ width, height, linear, alpha }: Straight): Image {
  const image = createImage({ width, height });
  for (let p = 0, i = 0, k = 0; i < linear.length; p++, i += 3, k += 4) {
    image.data[k] = byteOfLinear(linear[i]!);
    image.data[k + 1] = byteOfLinear(linear[i + 1]!);
    image.data[k + 2] = byteOfLinear(linear[i + 2]!);
    image.data[k + 3] = alpha ? 255 * alpha[p]! : 255;
  }
  return image;
}
