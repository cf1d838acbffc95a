// A Gaussian low-pass for pictures, on a coarser grid if the blur is wide.
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { inTurn } from '../ops/in-turn.ts';
import type { Reading } from '../ops/packed-pixels.ts';
import type { PowerAttrs } from '../ops/power.ts';
import { shared } from '../shared.ts';
import { halved, pooled, pooledPixels, spread } from './coarse-grid.ts';
import { blurred, gaussianKernel, tapsFor } from './gaussian.ts';

export type LowPassOptions = {
  /** Odd taps and sigma, in pixels of the coarse grid. */
  kernel: { size: number; sigma: number };
  /** `zero`: pixels outside are black; `normalised`: pixels outside have no weight. */
  borders: 'zero' | 'normalised';
  /** The blur works on a grid of `coarse × coarse` pixels; sides must be multiples of it. */
  coarse: number;
  /** Whether the grid is made of one of half as large pixels, by `halved`; otherwise of means. Default: false. */
  isHalved?: boolean;
};

/** A picture as packed pixels `[h, w]`, and how its colours are read. */
export type Packed = Reading & { pixels: Tensor2D };

/**
 * The low-pass in parts, because a loss compares pictures between them. A grid is `[h / coarse, w / coarse, c]`, a picture `[h, w, c]`.
 * Every function borrows its arguments and returns a new tensor.
 */
export type LowPass = {
  coarse: number;
  /** The grid of a picture, or of its values to a power, not blurred yet. */
  pool: (x: Tensor3D, power?: PowerAttrs) => Tensor3D;
  /** The same of packed pixels. */
  poolPixels: (picture: Packed, power?: PowerAttrs) => Tensor3D;
  /** The grid of means over the squares that the grid is made of. */
  gridOf: (means: Tensor3D) => Tensor3D;
  /** Blurs a grid. */
  blur: (grid: Tensor3D) => Tensor3D;
  /** The adjoint of `blur`. */
  blurBack: (grid: Tensor3D) => Tensor3D;
  /** Blurs a grid with its borders normalised, whatever `borders` is. */
  blurNormalised: (grid: Tensor3D) => Tensor3D;
  /** The same for a grid that is no picture's: it lacks the blur of making it. */
  blurAgain: (grid: Tensor3D) => Tensor3D;
  /** Twice the grid less `blurAgain` of it. */
  withoutBlurAgain: (grid: Tensor3D) => Tensor3D;
  /** `blurNormalised`, never negative where the grid is not. */
  average: (grid: Tensor3D) => Tensor3D;
  /** The blurred picture itself, borders normalised. */
  smooth: (x: Tensor3D) => Tensor3D;
};

/** Makes the low-pass. */
export function createLowPass(options: LowPassOptions): LowPass {
  const { kernel, borders, coarse, isHalved = false } = options;
  const taps = gaussianKernel(kernel);
  const isNormalised = borders === 'normalised';
  const square = isHalved ? coarse / 2 : coarse;
  const gridOf = (means: Tensor3D): Tensor3D => (isHalved ? halved(means) : shared(means));
  const pool: LowPass['pool'] = (x, power) =>
    inTurn(x, (v) => pooled(v, { coarse: square, power }), gridOf);
  const blurNormalised = (grid: Tensor3D) => blurred(grid, { taps, normalise: 'after' });
  return {
    coarse,
    pool,
    poolPixels({ pixels, ...reading }, power) {
      const means = pooledPixels(pixels, { ...reading, coarse: square, power });
      const grid = gridOf(means);
      means.dispose();
      return grid;
    },
    gridOf,
    blur: (grid) => blurred(grid, { taps, normalise: isNormalised ? 'after' : 'none' }),
    blurBack: (grid) => blurred(grid, { taps, normalise: isNormalised ? 'before' : 'none' }),
    blurNormalised,
    blurAgain: (grid) => blurred(grid, { taps: tapsOfAll(options), normalise: 'after' }),
    withoutBlurAgain: (grid) =>
      blurred(grid, { taps: tapsOfAll(options), normalise: 'after', isReflected: true }),
    average: (grid) => blurred(grid, { taps, normalise: 'after', isExact: true }),
    smooth: (x) =>
      inTurn(x, pool, blurNormalised, (grid) => spread(grid, undefined, { coarse, factor: 1 })),
  };
}

/** Variance of the weights with which a grid is made, in its pixels. */
export const gridVariance = ({
  coarse,
  isHalved = false,
}: Pick<LowPassOptions, 'coarse' | 'isHalved'>): number => {
  const means = (square: number): number => (square ** 2 - 1) / 12 / coarse ** 2;
  return isHalved ? means(coarse / 2) + 0.75 / 4 : means(coarse);
};

/** The taps that have the blur of making the grid too. */
function tapsOfAll({ kernel, ...grid }: LowPassOptions): Float32Array {
  const variance = gridVariance(grid);
  if (variance === 0) return gaussianKernel(kernel);
  const sigma = Math.sqrt(kernel.sigma ** 2 + variance);
  return gaussianKernel({ size: tapsFor(sigma), sigma });
}
