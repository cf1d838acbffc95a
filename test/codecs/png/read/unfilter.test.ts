// Checks that undoing the PNG row filters restores the rows.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unfilterRow } from '../../../../src/codecs/png/read/unfilter.ts';
import type { FilterType } from '../../../../src/codecs/png/row-filter/row-filter.ts';
import { filterRow } from '../../../../src/codecs/png/write/filter.ts';

/** Noise and extremes, whose differences wrap around, and smooth rows. */
const bytes = (length: number) =>
  fc.oneof(
    fc.uint8Array({ minLength: length, maxLength: length }),
    fc.array(fc.constantFrom(0, 1, 127, 128, 254, 255), { minLength: length, maxLength: length }),
  );

describe('unfilterRow', () => {
  it.each([0, 1, 2, 3, 4] as const)('gives back rows of filter %i', (type: FilterType) => {
    const rows = fc
      .constantFrom(24, 48, 96)
      .chain((length) => fc.tuple(bytes(length), bytes(length), fc.constantFrom(1, 2, 3, 4, 6, 8)));
    fc.assert(
      fc.property(rows, ([plain, over, pixelBytes]) => {
        const padded = (samples: Iterable<number>) =>
          Uint8Array.of(...new Uint8Array(pixelBytes), ...samples);
        const filtered = new Uint8Array(plain.length + 1);
        filterRow({ row: padded(plain), above: padded(over), pixelBytes }, type, filtered, 0);
        const row = filtered.slice(1);
        unfilterRow({ row, above: Uint8Array.from(over), pixelBytes }, type);
        expect([...row]).toEqual([...plain]);
      }),
      { numRuns: 300 },
    );
  });
});
