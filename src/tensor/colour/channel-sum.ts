// One value for each pixel: a weighted sum of its three.
import { type Tensor3D, tensor3d } from '@tensorflow/tfjs-core';
import { customOp } from '../ops/custom-op.ts';

/** Name of the kernel of `channelSum`: input x; attributes of `ChannelSumAttrs`. */
export const CHANNEL_SUM = 'TesseraChannelSum';

/** Weights of the three values. */
export type ChannelSumAttrs = { weights: readonly [number, number, number] };

/** The weighted sum of the values of each pixel of `x` `[h, w, 3]`: `[h, w, 1]`. */
export function channelSum(x: Tensor3D, { weights }: ChannelSumAttrs): Tensor3D {
  const [height, width] = x.shape;
  return customOp({
    name: CHANNEL_SUM,
    inputs: { x },
    attrs: { weights },
    compose: () => {
      const [red, green, blue] = weights;
      const values = x.dataSync<'float32'>();
      const sums = new Float32Array(height * width);
      for (let p = 0, i = 0; p < sums.length; p++, i += 3) {
        sums[p] = red * values[i]! + green * values[i + 1]! + blue * values[i + 2]!;
      }
      return tensor3d(sums, [height, width, 1]);
    },
  });
}
