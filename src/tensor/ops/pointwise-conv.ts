// Convolutions of single pixels: each pixel's channels are mixed by a matrix.
import {
  add,
  clipByValue,
  matMul,
  reshape,
  type Tensor1D,
  type Tensor3D,
  transpose,
} from '@tensorflow/tfjs-core';
import { customOp } from './custom-op.ts';

/** Name of the kernel of `pointwiseConv`: inputs x, filter and bias; attributes of `PointwiseAttrs`. */
export const POINTWISE_CONV = 'TesseraPointwiseConv';

/** Results are clipped to these. */
export type PointwiseAttrs = { least: number; most: number };

/** Output channels that lie next to each other in a filter. */
export const FILTER_LANES = 8;

/**
 * `x` `[h, w, in]` times the matrix `filter`, plus `bias` `[out]`, clipped: `[h, w, out]`. The filter is `[out / 8, in, 8]`, the order in which
 * the kernel reads it.
 */
export const pointwiseConv = (
  x: Tensor3D,
  { filter, bias }: { filter: Tensor3D; bias: Tensor1D },
  attrs: PointwiseAttrs,
): Tensor3D =>
  customOp({
    name: POINTWISE_CONV,
    inputs: { x, filter, bias },
    attrs,
    compose: () => {
      const [height, width, inputs] = x.shape;
      const outputs = filter.shape[0] * FILTER_LANES;
      const matrix = reshape(transpose(filter, [1, 0, 2]), [inputs, outputs]);
      const pixels = reshape(x, [height * width, inputs]);
      const mixed = add(matMul(pixels, matrix), bias);
      return reshape(clipByValue(mixed, attrs.least, attrs.most), [height, width, outputs]);
    },
  });
