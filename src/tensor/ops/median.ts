// Medians over squares of pixels.
import { type Tensor3D, tensor3d } from '@tensorflow/tfjs-core';
import { runningMedian } from '../filter/running-median.ts';
import { customOp } from './custom-op.ts';

/** Name of the kernel of `median`: input x; attributes of `MedianAttrs`. */
export const MEDIAN = 'TesseraMedian';

/** Edge of the squares in pixels. */
export type MedianAttrs = { side: 5 | 7 };

/** Steps of the values between 0 and 1. */
const STEPS = 255;

/** The median of each square of `x` `[h, w, 1]`, whose values are clamped to 0…1 and rounded to steps of 1/255; the border is repeated outwards. */
export function median(x: Tensor3D, { side }: MedianAttrs): Tensor3D {
  const [height, width] = x.shape;
  return customOp({
    name: MEDIAN,
    inputs: { x },
    attrs: { side },
    compose: () => {
      const levels = levelsOf(x.dataSync<'float32'>());
      return tensor3d(valuesOf(runningMedian(levels, { width, height }, side >> 1)), x.shape);
    },
  });
}

/** Values 0…1 as levels 0…255, rounded half up; those outside are clamped. */
export function levelsOf(values: Float32Array): Uint8Array {
  const levels = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    levels[i] = Math.round(STEPS * Math.min(1, Math.max(0, values[i]!)));
  }
  return levels;
}

/** Levels 0…255 as values 0…1. */
export function valuesOf(levels: Uint8Array): Float32Array {
  const values = new Float32Array(levels.length);
  for (let i = 0; i < levels.length; i++) values[i] = levels[i]! / STEPS;
  return values;
}
