// Cost of a hybrid, from sizes and parameters.
import type { Size } from '../../image.ts';
import type { Cost } from '../../work.ts';
import type { HybridOptions } from './params.ts';
import { hybridSettings, paddedSize } from './settings.ts';

/** Bytes per pixel while the far picture is warped: it and the result in linear light, the result's bytes. */
const ALIGNED_BYTES = 56;

/** Cost of a hybrid of this size. */
export function hybridCost(size: Size, options: HybridOptions): Cost {
  const settings = hybridSettings(size, options);
  const { coarse, kernel, steps } = settings;
  const pixels = size.width * size.height;
  // Pairs of blurs of three channels on the coarse grid: in the start, and one in each step.
  const blurs = (options.mode === 'reference' ? 1 : 3) + steps;
  const blurred = (blurs * pixels) / coarse ** 2;
  // Rows of pictures narrower than 64 px cost more than their pixels.
  const narrowRows = size.height * Math.max(0, 1 - size.width / 64);
  const padded = paddedSize(size, coarse);
  return {
    work: {
      runs: 1,
      pixels,
      blurred,
      taps: blurred * kernel.size,
      narrowRows,
      steps,
      stepPixels: steps * pixels,
      aligned: options.align === undefined ? 0 : pixels,
      pyramid: options.preview === 'pyramid' ? pixels : 0,
      distance: options.preview === 'distance' ? pixels : 0,
    },
    // The fitted far picture, and the result as it is copied from the backend.
    bytes: Math.max(12, options.align === undefined ? 0 : ALIGNED_BYTES) * pixels,
    heap: 2 ** 19 + (4 * floatsOf(settings) + 8) * padded.width * padded.height,
  };
}

/** Floats per pixel at the peak, including the allocator's gaps, which vary with the size: measured with all options. */
function floatsOf(settings: ReturnType<typeof hybridSettings>): number {
  const { mode, color, coarse, fine, steps, headroom, init } = settings;
  const channels = color === 'gray' ? 1 : 3;
  if (mode === 'reference') return 9 * channels;
  const nearChannels = color === 'both' || color === 'near' ? 3 : 1;
  // Before the detail is put on its ground, there are only grids; during the fit, pictures.
  const grids = (5 * nearChannels) / fine ** 2 + (6 * channels) / coarse ** 2;
  const pictures = 2.7 + (steps > 1 ? 1 : 0) + (headroom ? 0 : 1) + (init === 'frequency' ? 0 : 2);
  return Math.max(grids, pictures * channels);
}
