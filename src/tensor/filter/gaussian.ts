// Separable Gaussian blur of pictures as tensors, with zeros outside.
import {
  matMul,
  reshape,
  type Tensor2D,
  type Tensor3D,
  tensor2d,
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

function composeBlurred(x: Tensor3D, attrs: BlurAttrs): Tensor3D {
  const [height, width, channels] = x.shape;
  const rows = reshape(x, [height, width * channels]) as Tensor2D;
  const down = reshape(matMul(bandMatrix(height, attrs), rows), [height, width, channels]);
  const turned = reshape(transpose(down, [1, 0, 2]), [width, height * channels]) as Tensor2D;
  const across = reshape(matMul(bandMatrix(width, attrs), turned), [width, height, channels]);
  return transpose<Tensor3D>(across as Tensor3D, [1, 0, 2]);
}

/** The blur of a line of `length` samples as a matrix. */
function bandMatrix(length: number, { taps, normalise }: BlurAttrs): Tensor2D {
  const radius = (taps.length - 1) / 2;
  const inverse = inverseShares(taps, length);
  const matrix = new Float32Array(length * length);
  for (let i = 0; i < length; i++) {
    for (let j = Math.max(0, i - radius); j <= Math.min(length - 1, i + radius); j++) {
      const factor = { none: 1, after: inverse[i]!, before: inverse[j]! }[normalise];
      matrix[i * length + j] = factor * taps[j - i + radius]!;
    }
  }
  return tensor2d(matrix, [length, length]);
}
