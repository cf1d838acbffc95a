// Separable Gaussian blur of pictures as tensors, with zeros outside.
import { mul, sub, type Tensor2D, type Tensor3D, tensor2d } from '@tensorflow/tfjs-core';
import { customOp } from '../ops/custom-op.ts';
import { alongBoth } from './along-both.ts';

/** Sampled Gaussian of `size` (odd) taps, adding up to one; `sigma` in samples. */
export function gaussianKernel({ size, sigma }: { size: number; sigma: number }): Float32Array {
  if (size % 2 !== 1) throw new RangeError(`kernel: expected an odd size, got ${size}`);
  const centre = (size - 1) / 2;
  const weights = new Float64Array(size);
  let sum = 0;
  for (let i = 0; i < size; i++) {
    weights[i] = Math.exp(-((i - centre) ** 2) / (2 * sigma ** 2));
    sum += weights[i]!;
  }
  const kernel = new Float32Array(size);
  for (let i = 0; i < size; i++) kernel[i] = weights[i]! / sum;
  return kernel;
}

/** Odd number of taps that holds three sigmas to each side. */
export const tapsFor = (sigma: number): number => 2 * Math.max(1, Math.ceil(3 * sigma)) + 1;

/** Name of the kernel of `blurred`: input x; attributes of `BlurAttrs`. */
export const BLUR = 'TesseraBlur';

export type BlurAttrs = {
  /** An odd number of symmetric weights. */
  taps: Float32Array;
  /** Whether a blur of many taps is computed at every sample; otherwise it may become negative beside sharp peaks. Default: false. */
  isExact?: boolean;
  /**
   * What is done about the weights that fall outside: nothing; each result is divided by the weight inside (`after`); or each value is
   * divided by that weight before the blur (`before`), which is the adjoint of `after`.
   */
  normalise: 'none' | 'after' | 'before';
  /** Whether the result is 2 x less the blur. Default: false. */
  isReflected?: boolean;
};

/** `x` `[h, w, c]` blurred in both directions. If there are many taps, odd rows and columns are interpolated. */
export const blurred = (x: Tensor3D, attrs: BlurAttrs): Tensor3D =>
  customOp({ name: BLUR, inputs: { x }, attrs, compose: () => composeBlurred(x, attrs) });

/** Taps to each side from which on a blur is computed in even places alone. */
const WIDE = 9;
/**
 * Weights of the two samples beside an odd place, and of the two behind them. For a Gaussian of three samples or more they are off by less than
 * 0.006 of any wave; those of a cubic would be by 0.01.
 */
const MIDDLE = { inner: 147 / 256, outer: -19 / 256 };

/** Whether values in odd places are interpolated. */
export const isWide = ({ taps, isExact = false }: Filter): boolean =>
  !isExact && taps.length > 2 * WIDE;

type Filter = Pick<BlurAttrs, 'taps' | 'isExact'>;

/** The weights of samples around one in an even or an odd place, which is in the middle. */
export function weightsAround(filter: Filter, isOdd: boolean): Float32Array {
  const { taps } = filter;
  if (!isOdd || !isWide(filter)) return taps;
  const reach = 3;
  const around = new Float32Array(taps.length + 2 * reach);
  for (let k = 0; k < taps.length; k++) {
    // The samples that are interpolated between lie one and three places to each side.
    around[k]! += MIDDLE.outer * taps[k]!;
    around[k + 2]! += MIDDLE.inner * taps[k]!;
    around[k + 4]! += MIDDLE.inner * taps[k]!;
    around[k + 6]! += MIDDLE.outer * taps[k]!;
  }
  return around;
}

/** For each of `length` samples the inverse of the weight of the taps inside. */
export function inverseShares(filter: Filter, length: number): Float32Array {
  const result = new Float32Array(length);
  for (const first of [0, 1]) {
    const around = weightsAround(filter, first === 1);
    const radius = (around.length - 1) / 2;
    let whole = 0;
    for (let k = 0; k < around.length; k++) whole += around[k]!;
    for (let i = first; i < length; i += 2) {
      const begin = Math.max(0, radius - i);
      const end = Math.min(around.length, radius + length - i);
      let share = whole;
      if (begin > 0 || end < around.length) {
        share = 0;
        for (let k = begin; k < end; k++) share += around[k]!;
      }
      result[i] = 1 / share;
    }
  }
  return result;
}

function composeBlurred(x: Tensor3D, attrs: BlurAttrs): Tensor3D {
  const [height, width] = x.shape;
  const blur = alongBoth(x, bandMatrix(height, attrs), bandMatrix(width, attrs));
  return attrs.isReflected ? sub(mul(x, 2), blur) : blur;
}

/** The blur of a line of `length` samples as a matrix. */
function bandMatrix(length: number, attrs: BlurAttrs): Tensor2D {
  const { normalise } = attrs;
  const inverse = inverseShares(attrs, length);
  const matrix = new Float32Array(length * length);
  for (let i = 0; i < length; i++) {
    const around = weightsAround(attrs, i % 2 === 1);
    const radius = (around.length - 1) / 2;
    for (let j = Math.max(0, i - radius); j <= Math.min(length - 1, i + radius); j++) {
      const factor = { none: 1, after: inverse[i]!, before: inverse[j]! }[normalise];
      matrix[i * length + j] = factor * around[j - i + radius]!;
    }
  }
  return tensor2d(matrix, [length, length]);
}
