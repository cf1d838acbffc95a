// Convolutions with a mirrored border, as style networks use them.
import {
  conv2d,
  fused,
  image,
  mirrorPad,
  type Tensor1D,
  type Tensor3D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { customOp } from './custom-op.ts';

/** Name of the kernel of `reflectConv`: inputs x, filter and bias; attributes of `ReflectConvAttrs`. */
export const REFLECT_CONV = 'TesseraReflectConv';
/** Name of the kernel of `upsampleConv`: inputs x and filter. */
export const UPSAMPLE_CONV = 'TesseraUpsampleConv';

export type ReflectConvAttrs = { stride: 1 | 2; relu: boolean };

/**
 * Convolution of `x` `[h, w, in]` with `filter` `[k, k, in, out]`, k odd, over a border of k >> 1 pixels mirrored without its edge,
 * plus `bias` `[out]`. Result: `[⌈h / stride⌉, ⌈w / stride⌉, out]`. h and w are above k >> 1.
 */
export function reflectConv(
  x: Tensor3D,
  filter: Tensor4D,
  bias: Tensor1D | undefined,
  { stride, relu }: ReflectConvAttrs,
): Tensor3D {
  return customOp({
    name: REFLECT_CONV,
    inputs: { x, filter, ...(bias && { bias }) },
    attrs: { stride, relu },
    compose: () =>
      fused.conv2d({
        x: mirrored(x, filter.shape[0] >> 1),
        filter,
        strides: stride,
        pad: 'valid',
        activation: relu ? 'relu' : 'linear',
        ...(bias && { bias }),
      }),
  });
}

/** `x` `[h, w, in]` with every pixel fourfold, then convolved like `reflectConv` with `filter` `[3, 3, in, out]`: `[2h, 2w, out]`. */
export function upsampleConv(x: Tensor3D, filter: Tensor4D): Tensor3D {
  const [height, width] = x.shape;
  return customOp({
    name: UPSAMPLE_CONV,
    inputs: { x, filter },
    attrs: {},
    compose: () =>
      conv2d(
        mirrored(image.resizeNearestNeighbor(x, [2 * height, 2 * width]), 1),
        filter,
        1,
        'valid',
      ),
  });
}

const mirrored = (x: Tensor3D, border: number): Tensor3D =>
  mirrorPad(
    x,
    [
      [border, border],
      [border, border],
      [0, 0],
    ],
    'reflect',
  );
