// Gaussian blur of cells whose weights at the borders are scaled to the sum 1, as the pixel-art network has it.
import { tensor3d, tidy } from '@tensorflow/tfjs-core';
import type { Size } from '../../image.ts';
import { gaussianKernel, blurred as tensorBlurred } from '../../tensor/filter/gaussian.ts';

export type BlurOptions = {
  /** Standard deviation in cells; beyond three of them weights are 0. */
  sigma: number;
  /** Values of a cell. */
  channels: number;
};

/** `values` `[height, width, channels]`, blurred. */
export function blurred(
  values: Float32Array,
  { width, height }: Size,
  { sigma, channels }: BlurOptions,
): Float32Array {
  const taps = gaussianKernel({ size: 2 * Math.floor(3 * sigma) + 1, sigma });
  const soft = tidy(() => {
    const x = tensor3d(values, [height, width, channels]);
    return tensorBlurred(x, { taps, normalise: 'after', isExact: true });
  });
  const result = soft.dataSync<'float32'>();
  soft.dispose();
  return result;
}
