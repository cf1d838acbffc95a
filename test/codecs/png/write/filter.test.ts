// Checks the PNG row filters against the standard's own definitions.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FilterPlan } from '../../../../src/codecs/png/row-filter/row-filter.ts';
import { filterRow } from '../../../../src/codecs/png/write/filter.ts';

/** The filtered row; both rows are placed after `pixelBytes` zeros. */
function filtered(row: number[], above: number[], pixelBytes: number, plan: FilterPlan): number[] {
  const zeros = new Array<number>(pixelBytes).fill(0);
  const out = new Uint8Array(row.length + 1);
  const pair = {
    row: Uint8Array.of(...zeros, ...row),
    above: Uint8Array.of(...zeros, ...above),
    pixelBytes,
  };
  filterRow(pair, plan, out, 0);
  return [...out];
}

/** Undoes a filter by the standard's section on reconstruction. */
function restored([type, ...rest]: number[], above: number[], pixelBytes: number): number[] {
  const row: number[] = [];
  rest.forEach((value, i) => {
    const a = row[i - pixelBytes] ?? 0;
    const b = above[i] ?? 0;
    const c = i < pixelBytes ? 0 : (above[i - pixelBytes] as number);
    const [pa, pb, pc] = [a, b, c].map((n) => Math.abs(a + b - c - n)) as [number, number, number];
    const paeth = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    const guess = [0, a, b, Math.floor((a + b) / 2), paeth][type as number] as number;
    row.push((value + guess) % 256);
  });
  return row;
}

describe('filterRow', () => {
  it.each([
    [0, [0, 10, 250, 7, 9]],
    [1, [1, 10, 250, 253, 15]],
    [2, [2, 5, 240, 6, 205]],
    [3, [3, 8, 245, 2, 110]],
    [4, [4, 5, 240, 2, 15]],
  ] as const)('writes type %i and the differences', (type, wanted) => {
    expect(filtered([10, 250, 7, 9], [5, 10, 1, 60], 2, type)).toEqual(wanted);
  });

  it.each([0, 1, 2, 3, 4, 'least'] as const)('loses nothing: %s', (plan) => {
    const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(bytes, bytes, fc.constantFrom(1, 2, 3, 4), (row, above, pixelBytes) => {
        const out = filtered(row, above, pixelBytes, plan);
        expect(restored(out, above, pixelBytes)).toEqual(row);
      }),
    );
  });

  it.each([
    ['left', 1, [100, 100, 101, 101], [3, 90, 12, 200]],
    ['above', 2, [3, 91, 12, 201], [3, 90, 12, 200]],
    ['their mean', 3, [60, 70, 45, 72], [120, 80, 20, 99]],
    ['the nearest of three', 4, [10, 90, 90, 200, 200], [10, 10, 10, 200, 200]],
  ] as const)('takes %s where that leaves the least', (_, type, row, above) => {
    const sizes = [1, 2, 3, 4].map((plan) =>
      filtered([...row], [...above], 1, plan as FilterPlan)
        .slice(1)
        .reduce((sum, v) => sum + Math.min(v, 256 - v), 0),
    );
    expect(sizes.indexOf(Math.min(...sizes)) + 1).toBe(type);
    expect(filtered([...row], [...above], 1, 'least')[0]).toBe(type);
  });

  it('writes at the given place', () => {
    const out = new Uint8Array(6).fill(7);
    filterRow({ row: Uint8Array.of(0, 5, 6), above: new Uint8Array(3), pixelBytes: 1 }, 1, out, 2);
    expect([...out]).toEqual([7, 7, 1, 5, 1, 7]);
  });
});
