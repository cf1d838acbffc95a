// Separable Gaussian blur of pictures as tensors, with zeros outside.
import { type Tensor2D, type Tensor3D, tensor2d } from '@tensorflow/tfjs-core';
import { customOp } from '../ops/custom-op.ts';
import { alongBoth } from './along-both.ts';

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
  /** Whether a blur of many taps is computed at every sample; otherwise it may become negative beside sharp peaks. Default: false. */
  isExact?: boolean;
  /**
   * What is done about the weights that fall outside: nothing; each result is divided by the weight inside (`after`); or each value is
   * divided by that weight before the blur (`before`), which is the adjoint of `after`.
   */
  normalise: 'none' | 'after' | 'before';
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
  const at = (k: number): number => taps[k - reach] ?? 0;
  return Float32Array.from(
    { length: taps.length + 2 * reach },
    (_, k) => MIDDLE.inner * (at(k - 1) + at(k + 1)) + MIDDLE.outer * (at(k - 3) + at(k + 3)),
  );
}

/** For each of `length` samples the inverse of the weight of the taps inside. */
export function inverseShares(filter: Filter, length: number): Float32Array {
  const weights = [false, true].map((isOdd) => weightsAround(filter, isOdd));
  const wholes = weights.map((all) => 1 / all.reduce((sum, w) => sum + w, 0));
  const result = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    const around = weights[i % 2]!;
    const radius = (around.length - 1) / 2;
    if (i >= radius && i + radius < length) {
      result[i] = wholes[i % 2]!;
      continue;
    }
    let share = 0;
    for (let k = Math.max(0, radius - i); k < Math.min(around.length, radius + length - i); k++) {
      share += around[k]!;
    }
    result[i] = 1 / share;
  }
  return result;
}

function composeBlurred(x: Tensor3D, attrs: BlurAttrs): Tensor3D {
  const [height, width] = x.shape;
  return alongBoth(x, bandMatrix(height, attrs), bandMatrix(width, attrs));
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
