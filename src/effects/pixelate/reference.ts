// The original recipe of pixelation (`mode=reference`).
import { avgPool, floor, tensor4d, image as tfImage, tidy } from '@tensorflow/tfjs-core';
import { createImage, type Image, type Size } from '../../image.ts';
import { eachBand, type Pace } from '../../timing.ts';
import type { Cost } from '../../work.ts';

export const REFERENCE = { width: 16, height: 12 };

/** Cost of `reference`. Its memory is the grey picture, as an array and in the tensor backend. */
export const referenceCost = ({ width, height }: Size): Cost => ({
  work: { meanPixels: width * height },
  bytes: 8 * width * height,
  heap: 4 * width * height + 2 ** 18,
});

/** Bilinear to 128×96 at half-pixel centres without a low-pass, mean of 8×8, truncated to whole levels; grey, gamma-coded. */
export async function reference({ width, height, data }: Image, pace: Pace): Promise<Image> {
  const grey = new Float32Array(width * height);
  await eachBand(grey.length, pace, (first, end) => weigh(data, grey, first, end));
  const tensor = tidy(() => {
    const levels = tensor4d(grey, [1, height, width, 1]);
    const small = tfImage.resizeBilinear(levels, [96, 128], false, true); // [1, 96, 128, 1]
    return floor(avgPool(small, 8, 8, 'valid')); // [1, 12, 16, 1]
  });
  const image = createImage(REFERENCE);
  tensor.dataSync<'float32'>().forEach((level, p) => {
    image.data.set([level, level, level, 255], 4 * p);
  });
  tensor.dispose();
  return image;
}

function weigh(data: Uint8ClampedArray, grey: Float32Array, first: number, end: number): void {
  for (let i = 4 * first, p = first; p < end; i += 4, p++) {
    // Rounded to levels, as a decoder's grey is; the weights do not add up to exactly 1 in floats.
    grey[p] = Math.round(0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!);
  }
}
