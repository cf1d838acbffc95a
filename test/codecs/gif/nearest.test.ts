// Checks the search for the nearest colour of a palette against trying all of them.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createNearest } from '../../../src/codecs/gif/write/nearest.ts';

it('the nearest mean of a bin is the one that trying all of them finds', () => {
  const mean = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255));
  fc.assert(
    fc.property(
      fc.array(mean, { minLength: 1, maxLength: 255 }),
      fc.array(fc.nat(32 ** 3 - 1), { minLength: 50, maxLength: 50 }),
      (means, bins) => {
        const nearest = createNearest(means.map((mean) => ({ mean })));
        for (const bin of bins) {
          const middle = [bin >> 10, (bin >> 5) & 31, bin & 31].map((part) => 8 * part + 4);
          const distances = means.map((mean) =>
            [3, 6, 1].reduce((sum, weight, c) => sum + weight * (mean[c]! - middle[c]!) ** 2, 0),
          );
          expect(distances[nearest(bin)]).toBe(Math.min(...distances));
        }
      },
    ),
    { numRuns: 40 },
  );
});
