// Calms textures of a luma picture before the pixel-art network sees it: on tf.js, and in plain loops for training.
import type { Tensor3D } from '@tensorflow/tfjs-core';
import type { Size } from '../../image.ts';
import { runningMedian } from '../../tensor/filter/running-median.ts';
import { inTurn } from '../../tensor/ops/in-turn.ts';
import { levelsOf, median, valuesOf } from '../../tensor/ops/median.ts';

/** Edges of the squares of two medians, one after the other, in pixels. */
const SIDES = [7, 5] as const;

/** `luma` `[h, w, 1]` in 0…1 after medians of 7×7 and 5×5 pixels in steps of 1/255; the border is repeated outwards. */
export const smoothLuma = (luma: Tensor3D): Tensor3D =>
  inTurn(luma, ...SIDES.map((side) => (x: Tensor3D) => median(x, { side })));

/** The same without tf.js, row-major. */
export function smoothLumaInLoops(luma: Float32Array, size: Size): Float32Array {
  let levels = levelsOf(luma);
  for (const side of SIDES) levels = runningMedian(levels, size, side >> 1);
  return valuesOf(levels);
}
