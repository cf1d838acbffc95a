// Settings of a hybrid, in pixels and weights, from its parameters and the size of the picture.
import type { Size } from '../../image.ts';
import { tapsFor } from '../../tensor/filter/gaussian.ts';
import { createLowPass, type LowPass } from '../../tensor/filter/low-pass.ts';

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
// Sigma in coarse pixels, at least: it needs 19 taps and loses nothing that the blur keeps.
const COARSE_SIGMA = 3;
// Tolerance when the coarse factor is rounded down: the default cutoff at 512 pixels gives 1.999.
const ROUNDING = 0.01;
/** Coarse pixels along the shorter side, at least, unless the picture is smaller. */
const LEAST_COARSE = 16;
// Up to this `ratio` the far picture gives all low frequencies; above it, the near one keeps a growing share.
const FULL_SHARE_RATIO = 0.1;

/** Settings of one run. `kernel` is in coarse pixels, which are `coarse × coarse` px. */
export function hybridSettings({ width, height }: Size, options: HybridParams) {
  const { mode } = options;
  const isReference = mode === 'reference';
  const shorter = Math.min(width, height);
  const fromCutoff = (cycles: number): number => (SIGMA_CYCLES * shorter) / cycles;
  const usual = isReference && options.cutoff === undefined ? 3 : fromCutoff(options.cutoff ?? 16);
  const asked = options.sigma ?? usual;
  const fixedTaps = options.kernel ?? (isReference ? 15 : undefined);
  const coarse =
    fixedTaps === undefined
      ? Math.max(1, Math.floor(Math.min(asked / COARSE_SIGMA + ROUNDING, shorter / LEAST_COARSE)))
      : 1;
  const kernelOf = (sigma: number) => {
    const inside = coarseSigma(sigma, coarse);
    return { size: fixedTaps ?? tapsFor(inside), sigma: inside };
  };
  const kernel = kernelOf(asked);
  const borders = isReference ? 'zero' : 'normalised';
  const auto = { reference: 200, fast: 1, frequency: 0 }[mode];
  return {
    mode,
    coarse,
    kernel,
    sigma: kernel.sigma * coarse,
    /** The low-pass of this sigma, in px. */
    lowPassOf: (sigma: number): LowPass =>
      createLowPass({ kernel: kernelOf(sigma), borders, coarse }),
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

/** Sigma in coarse pixels. The mean over a coarse pixel is itself a blur, whose variance is subtracted. */
const coarseSigma = (sigma: number, coarse: number): number =>
  Math.sqrt(Math.max(0.09, sigma ** 2 - (coarse ** 2 - 1) / 12)) / coarse;

/** The size with pixels added on the right and below so that coarse pixels are whole. */
export function paddedSize({ width, height }: Size, coarse: number): Size {
  const padded = (length: number): number => coarse * Math.ceil(length / coarse);
  return { width: padded(width), height: padded(height) };
}
