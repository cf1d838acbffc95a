// Linear light as sRGB codes.
import { type Tensor3D, tensor3d } from '@tensorflow/tfjs-core';
import { codeOfLinear } from '../colour/colour.ts';
import { customOp } from './custom-op.ts';

/** Name of the kernel of `srgbCodes`: input x; attributes of `SrgbCodesAttrs`. */
export const SRGB_CODES = 'TesseraSrgbCodes';

/** `behind`: linear red, green and blue that are seen through what is transparent. */
export type SrgbCodesAttrs = { behind: readonly [number, number, number] };

/** sRGB codes 0…1 `[h, w, 3]` of linear light `x`: `[h, w, 3]`, or `[h, w, 4]` with premultiplied alpha. Values outside 0…1 are clamped. */
export function srgbCodes(x: Tensor3D, { behind }: SrgbCodesAttrs): Tensor3D {
  const [height, width, channels] = x.shape;
  return customOp({
    name: SRGB_CODES,
    inputs: { x },
    attrs: { behind },
    compose: () => {
      const data = x.dataSync<'float32'>();
      const codes = new Float32Array(3 * height * width);
      for (let p = 0; p < height * width; p++) {
        const through = channels === 4 ? 1 - data[4 * p + 3]! : 0;
        for (let c = 0; c < 3; c++) {
          codes[3 * p + c] = codeOfLinear(data[channels * p + c]! + through * behind[c]!);
        }
      }
      return tensor3d(codes, [height, width, 3]);
    },
  });
}
