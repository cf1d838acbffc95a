// What a hybrid costs, from sizes and parameters.
import type { Size } from '../../image.ts';
import type { StepCost } from '../effect.ts';
import type { HybridOptions } from './params.ts';
import { coloursTogether, hybridSettings, paddedSize } from './settings.ts';

/** What a hybrid of this size takes. */
export function hybridCost(size: Size, options: HybridOptions): StepCost {
  const { coarse, kernel, steps } = hybridSettings(size, options);
  const pixels = size.width * size.height;
  // The start and each step blur twice, on the coarse grid.
  const blurs = 1 + steps;
  const blurred = (blurs * pixels) / coarse ** 2;
  // A row of a narrow picture has its price however few pixels it has.
  const narrowRows = size.height * Math.max(0, 1 - size.width / 64);
  const padded = paddedSize(size, coarse);
  const together = coloursTogether(padded);
  // Numbers per colour and pixel at the peak, with what the allocator loses between them, which varies with the size.
  const tensors =
    (options.mode === 'reference' ? 18 : coarse > 1 ? 8.5 : 11.5) +
    (options.color === 'far' || options.color === 'near' ? 1 : 0);
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
    // The far picture fitted, the result, and some colours of both on their way into the backend and back; or the halvings, in
    // linear light.
    bytes: (options.preview === 'pyramid' ? 68 : together === 3 ? 44 : 28) * pixels,
    heap: 2 ** 19 + 4 * tensors * (together === 3 ? 2.5 : 1) * padded.width * padded.height,
    leaves: 16,
  };
}
