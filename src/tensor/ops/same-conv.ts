// Convolutions of 3×3 taps over a border of zeros, with what follows them in a residual block.
import { add, fused, type Tensor1D, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { customOp } from './custom-op.ts';

/** Name of the kernel of `sameConv`: inputs x, filter, bias and other; attributes of `SameConvAttrs`. */
export const SAME_CONV = 'TesseraSameConv';

/** `slope`, 0…1, is the factor on results below 0; 1 leaves them. */
export type SameConvAttrs = { slope: number };

/**
 * Convolution of `x` `[h, w, in]` with `filter` `[3, 3, in, out]` over a border of zeros plus `bias` `[out]`, then a leaky ReLU, then plus
 * `other` `[h, w, out]`.
 */
export function sameConv(
  x: Tensor3D,
  { filter, bias, other }: { filter: Tensor4D; bias: Tensor1D; other?: Tensor3D | undefined },
  { slope }: SameConvAttrs,
): Tensor3D {
  return customOp({
    name: SAME_CONV,
    inputs: { x, filter, bias, ...(other && { other }) },
    attrs: { slope },
    compose: () => {
      const result = fused.conv2d({
        x,
        filter,
        strides: 1,
        pad: 'same',
        bias,
        ...(slope < 1 && { activation: 'leakyrelu', leakyreluAlpha: slope }),
      });
      return other ? add(result, other) : result;
    },
  });
}
