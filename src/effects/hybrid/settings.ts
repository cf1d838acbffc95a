// Settings of a hybrid, in pixels and weights, from its parameters and the size of the picture.
import type { Size } from '../../image.ts';
import { tapsFor } from '../../tensor/filter/gaussian.ts';
import {
  createLowPass,
  gridVariance,
  type LowPass,
  type LowPassOptions,
} from '../../tensor/filter/low-pass.ts';

export type HybridParams = {
  mode: 'fast' | 'frequency' | 'reference';
  ratio: number;
  cutoff?: number | undefined;
  sigma?: number | undefined;
  kernel?: number | undefined;
  steps: 'auto' | number;
  init?: 'frequency' | 'gray' | 'near' | 'far' | undefined;
  lr?: number | undefined;
  headroom?: boolean | undefined;
  gap: 'auto' | number;
  color?: 'both' | 'far' | 'near' | 'gray' | undefined;
};

// Sigma in pixels times the frequency in cycles per pixel at which a Gaussian's gain is 1/2.
const SIGMA_CYCLES = Math.sqrt(2 * Math.LN2) / (2 * Math.PI);
// Sigma in pixels of the fine grid, at least: what is seen from near is taken from it, also if its low-pass is narrower.
const FINE_SIGMA = 3;
// Tolerance when the coarse factor is rounded down: the default cutoff at 512 pixels gives 1.999.
const ROUNDING = 0.01;
/** Coarse pixels along the shorter side, at least, unless the picture is smaller. */
const LEAST_COARSE = 16;
// Up to this `ratio` the far picture gives all low frequencies; above it, the near one keeps a growing share.
const FULL_SHARE_RATIO = 0.1;

/** Settings of one run. `kernel` is in coarse pixels, which are `coarse × coarse` px; those of the near picture's grid are `fine × fine` px. */
export function hybridSettings({ width, height }: Size, options: HybridParams) {
  const { mode } = options;
  const isReference = mode === 'reference';
  const shorter = Math.min(width, height);
  const fromCutoff = (cycles: number): number => (SIGMA_CYCLES * shorter) / cycles;
  const usual = isReference && options.cutoff === undefined ? 3 : fromCutoff(options.cutoff ?? 16);
  const asked = options.sigma ?? usual;
  const fixedTaps = options.kernel ?? (isReference ? 15 : undefined);
  const borders = isReference ? 'zero' : 'normalised';
  const most = fixedTaps === undefined ? asked / FINE_SIGMA + ROUNDING : 0;
  const fine = Math.max(1, Math.floor(Math.min(most, shorter / LEAST_COARSE)));
  // Between samples of twice that distance, cubics are off by less than 0.006 of any wave.
  const isHalved = most >= 1 && 2 * fine <= shorter / LEAST_COARSE;
  const coarse = isHalved ? 2 * fine : fine;
  const kernelOf = (sigma: number, grid: Grid) => {
    const inside = sigmaOn(grid, sigma);
    return { size: fixedTaps ?? tapsFor(inside), sigma: inside };
  };
  const lowPass = (sigma: number, grid: Grid): LowPass =>
    createLowPass({ kernel: kernelOf(sigma, grid), borders, ...grid });
  const kernel = kernelOf(asked, { coarse, isHalved });
  const auto = { reference: 200, fast: 1, frequency: 0 }[mode];
  return {
    mode,
    coarse,
    fine,
    kernel,
    sigma: asked,
    /** The low-pass of this sigma, in px. */
    lowPassOf: (sigma: number): LowPass => lowPass(sigma, { coarse, isHalved }),
    /** The same on the near picture's grid. */
    nearLowPassOf: (sigma: number): LowPass => lowPass(sigma, { coarse: fine }),
    steps: options.steps === 'auto' ? auto : options.steps,
    init: options.init ?? (isReference ? 'gray' : 'frequency'),
    lr: options.lr ?? 0.3,
    headroom: options.headroom ?? !isReference,
    share: 1 / (1 + Math.max(0, options.ratio - FULL_SHARE_RATIO)),
    borders,
    gap: options.gap,
    color: options.color ?? (isReference ? 'both' : 'far'),
  } as const;
}

type Grid = Pick<LowPassOptions, 'coarse' | 'isHalved'>;

/** Sigma in pixels of a grid. Making the grid is itself a blur, whose variance is subtracted. */
const sigmaOn = (grid: Grid, sigma: number): number =>
  Math.sqrt(Math.max((0.3 / grid.coarse) ** 2, (sigma / grid.coarse) ** 2 - gridVariance(grid)));

/** The size with pixels added on the right and below so that coarse pixels are whole. */
export function paddedSize({ width, height }: Size, coarse: number): Size {
  const padded = (length: number): number => coarse * Math.ceil(length / coarse);
  return { width: padded(width), height: padded(height) };
}
