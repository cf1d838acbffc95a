// Admission in a process that renders one picture at a time: all that a plan needs is memory.
import type { Estimate } from '../cost/estimate.ts';
import { AppError } from '../errors.ts';
import type { Admission } from '../render/renderer.ts';

const MIB = 2 ** 20;

/**
 * Lets a plan begin if its estimated bytes are free. `freeBytes` is asked at each beginning; `advice` completes the message of the
 * `over_budget` that it throws otherwise.
 */
export function admitByMemory({
  freeBytes,
  advice,
}: {
  freeBytes: () => number;
  advice: string;
}): Admission {
  return {
    check: () => {},
    async enter({ bytes, heap }: Estimate) {
      const free = freeBytes();
      if (bytes + heap <= free) return () => {};
      throw new AppError(
        'over_budget',
        `expected at most ${Math.floor(free / MIB)} MB of memory, this plan is estimated at ${Math.ceil((bytes + heap) / MIB)} MB; ${advice}`,
      );
    },
  };
}
