// Separable Gaussian blur of pictures as tensors, with zeros outside.
import {
  conv2d,
  mul,
  reshape,
  type Tensor3D,
  type Tensor4D,
  tensor3d,
  tensor4d,
  transpose,
} from '@tensorflow/tfjs-core';
import { customOp } from '../ops/custom-op.ts';

/** Sampled Gaussian of `size` (odd) taps, adding up to one; `sigma` in samples. */
export function gaussianKernel({ size, sigma }: { size: number; sigma: number }): Float32Array {
  if (size % 2 !== 1) throw new RangeError(`kernel: expected an odd size, got ${size}`);
  const centre = (size - 1) / 2;
  const weights = Array.from({ length: size }, (_, i) =>
    Math.exp(-((i - centre) ** 2) / (2 * sigma ** 2)),
  );
  const sum = weights.reduce((a, b) => a + b, 0);
  return Float32Array.from(weights, (w) => w / sum);
}

/** Odd number of taps that holds three sigmas to each side. */
export const tapsFor = (sigma: number): number => 2 * Math.max(1, Math.ceil(3 * sigma)) + 1;

/** Name of the kernel of `blurred`: input x; attributes of `BlurAttrs`. */
export const BLUR = 'TesseraBlur';

export type BlurAttrs = {
  /** An odd number of symmetric weights. */
  taps: Float32Array;
  /**
   * What is done about the weights that fall outside: nothing; each result is divided by the weight inside (`after`); or each value is
   * divided by that weight before the blur (`before`), which is the adjoint of `after`.
   */
  normalise: 'none' | 'after' | 'before';
};

/** `x` `[h, w, c]` blurred in both directions. */
export const blurred = (x: Tensor3D, attrs: BlurAttrs): Tensor3D =>
  customOp({ name: BLUR, inputs: { x }, attrs, compose: () => composeBlurred(x, attrs) });

/** For each of `length` samples the inverse of the weight of the taps inside. */
export function inverseShares(taps: Float32Array, length: number): Float32Array {
  const radius = (taps.length - 1) / 2;
  return Float32Array.from({ length }, (_, i) => {
    let share = 0;
    for (let k = Math.max(0, radius - i); k < Math.min(taps.length, radius + length - i); k++) {
      share += taps[k]!;
    }
    return 1 / share;
  });
}

function composeBlurred(x: Tensor3D, { taps, normalise }: BlurAttrs): Tensor3D {
  const [height, width, channels] = x.shape;
  const scaled = (t: Tensor3D): Tensor3D => {
    const rows = tensor3d(inverseShares(taps, height), [height, 1, 1]);
    const columns = tensor3d(inverseShares(taps, width), [1, width, 1]);
    return mul(mul(t, rows), columns) as Tensor3D;
  };
  const planes = transpose(normalise === 'before' ? scaled(x) : x, [2, 0, 1]);
  const flat: Tensor4D = reshape(planes, [channels, height, width, 1]);
  const alongRows = conv2d(flat, tensor4d(taps, [1, taps.length, 1, 1]), 1, 'same');
  const both = conv2d(alongRows, tensor4d(taps, [taps.length, 1, 1, 1]), 1, 'same');
  const picture = transpose(reshape(both, [channels, height, width]), [1, 2, 0]);
  return normalise === 'after' ? scaled(picture) : picture;
}
