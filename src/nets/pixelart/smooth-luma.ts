// Calms textures of a luma picture before the pixel-art network sees it: on tf.js, and in plain loops for training.
import { type Tensor3D, tensor3d, tidy } from '@tensorflow/tfjs-core';
import type { Size } from '../../image.ts';
import { runningMedian } from '../../tensor/filter/running-median.ts';
import { levelsOf, median, valuesOf } from '../../tensor/ops/median.ts';

/** Edges of the squares of two medians, one after the other, in pixels. */
const SIDES = [7, 5] as const;

/** `luma` in 0…1, row-major, after medians of 7×7 and 5×5 pixels in steps of 1/255; the border is repeated outwards. */
export function smoothLuma(luma: Float32Array, { width, height }: Size): Float32Array {
  const smooth = tidy(() => {
    let x: Tensor3D = tensor3d(luma, [height, width, 1]);
    for (const side of SIDES) x = median(x, { side });
    return x;
  });
  // Outside of `tidy`, which would search an array for tensors, value by value.
  const values = smooth.dataSync<'float32'>();
  smooth.dispose();
  return values;
}

/** The same without tf.js. */
export function smoothLumaInLoops(luma: Float32Array, size: Size): Float32Array {
  let levels = levelsOf(luma);
  for (const side of SIDES) levels = runningMedian(levels, size, side >> 1);
  return valuesOf(levels);
}
