// A Gaussian low-pass for pictures, on a coarser grid if the blur is wide.
import type { Tensor3D } from '@tensorflow/tfjs-core';
import { inTurn } from '../ops/in-turn.ts';
import type { PowerAttrs } from '../ops/power.ts';
import { pooled, spread } from './coarse-grid.ts';
import { blurred, gaussianKernel } from './gaussian.ts';

export type LowPassOptions = {
  /** Odd taps and sigma, in pixels of the coarse grid. */
  kernel: { size: number; sigma: number };
  /** `zero`: pixels outside are black; `normalised`: pixels outside have no weight. */
  borders: 'zero' | 'normalised';
  /** The blur works on means of `coarse × coarse` pixels; sides must be multiples of it. */
  coarse: number;
};

/**
 * The low-pass in parts, because a loss compares pictures between them. A grid is `[h / coarse, w / coarse, c]`, a picture `[h, w, c]`.
 * Every function borrows its arguments and returns a new tensor.
 */
export type LowPass = {
  coarse: number;
  /** The means over squares of a picture, or of its values to a power, not blurred yet. */
  pool: (x: Tensor3D, power?: PowerAttrs) => Tensor3D;
  /** Blurs a grid. */
  blur: (grid: Tensor3D) => Tensor3D;
  /** The adjoint of `blur`. */
  blurBack: (grid: Tensor3D) => Tensor3D;
  /** Blurs a grid with its borders normalised, whatever `borders` is. */
  blurNormalised: (grid: Tensor3D) => Tensor3D;
  /** `blurNormalised`, never negative where the grid is not. */
  average: (grid: Tensor3D) => Tensor3D;
  /** The blurred picture itself, borders normalised. */
  smooth: (x: Tensor3D) => Tensor3D;
};

/** Makes the low-pass. */
export function createLowPass({ kernel, borders, coarse }: LowPassOptions): LowPass {
  const taps = gaussianKernel(kernel);
  const isNormalised = borders === 'normalised';
  const pool: LowPass['pool'] = (x, power) => pooled(x, { coarse, power });
  const blurNormalised = (grid: Tensor3D) => blurred(grid, { taps, normalise: 'after' });
  return {
    coarse,
    pool,
    blur: (grid) => blurred(grid, { taps, normalise: isNormalised ? 'after' : 'none' }),
    blurBack: (grid) => blurred(grid, { taps, normalise: isNormalised ? 'before' : 'none' }),
    blurNormalised,
    average: (grid) => blurred(grid, { taps, normalise: 'after', isExact: true }),
    smooth: (x) =>
      inTurn(x, pool, blurNormalised, (grid) => spread(grid, undefined, { coarse, factor: 1 })),
  };
}
