// Pictures as a decoder shrinks them, and differences of pictures.
import { expect } from 'vitest';
import { createImage, type Image } from '../../../src/image.ts';
import { linearToSrgb } from '../../../src/srgb.ts';
import { linearOfByte } from '../../../src/tensor/colour/colour.ts';
import { paint } from './pictures.ts';

/** Means of `factor × factor` pixels, partial at the ends, like those of a decoder that shrinks. */
export function averaged({ width, height, data }: Image, factor: number): Image {
  const small = createImage({
    width: Math.ceil(width / factor),
    height: Math.ceil(height / factor),
  });
  for (let v = 0, i = 0; v < small.height; v++) {
    for (let u = 0; u < small.width; u++, i += 4) {
      const sums = [0, 0, 0, 0];
      let count = 0;
      for (let y = v * factor; y < Math.min(height, (v + 1) * factor); y++) {
        for (let x = u * factor; x < Math.min(width, (u + 1) * factor); x++, count++) {
          for (let c = 0; c < 3; c++) sums[c]! += linearOfByte[data[4 * (y * width + x) + c]!]!;
        }
      }
      for (let c = 0; c < 3; c++) small.data[i + c] = 255 * linearToSrgb(sums[c]! / count);
      small.data[i + 3] = 255;
    }
  }
  return small;
}

/** Mean absolute difference of the colours, in levels. */
export function meanDifference(a: Image, b: Image): number {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  const sum = a.data.reduce((total, v, i) => total + Math.abs(v - b.data[i]!), 0);
  return sum / (3 * a.width * a.height);
}

/** The picture shifted one pixel to the right, or down if `way` is `y`. */
export const shifted = ({ width, height, data }: Image, way: 'x' | 'y'): Image =>
  paint({ width, height }, (x, y) => {
    const [u, v] = way === 'x' ? [Math.max(0, x - 1), y] : [x, Math.max(0, y - 1)];
    return [...data.subarray(4 * (v * width + u), 4 * (v * width + u) + 4)];
  });
