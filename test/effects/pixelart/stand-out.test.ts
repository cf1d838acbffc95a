import { describe, expect, it } from 'vitest';
import { standingOut } from '../../../src/effects/pixelart/stand-out.ts';
import { noPace } from '../../../src/timing.ts';

/** Three cells beside each other, in two rows, all of one grey but for some pixels. */
function seen(grey: number, at: readonly (readonly [number, number])[], value: number) {
  const data = new Float32Array(3 * 12 * 8).fill(grey);
  for (const [x, y] of at) data.fill(value, 3 * (y * 12 + x), 3 * (y * 12 + x) + 3);
  return { width: 12, height: 8, data };
}

describe('standingOut', () => {
  it('is 0 for flat cells', async () => {
    const shift = await standingOut(seen(0.6, [], 0), noPace);
    expect(shift).toHaveLength(3 * 6);
    for (const value of shift) expect(value).toBeCloseTo(0, 6);
  });

  it('moves a cell towards the pixels that differ from its surroundings, and leaves others', async () => {
    const line = [0, 1, 2, 3].map((y) => [5, y] as const);
    const shift = await standingOut(seen(0.6, line, 0.1), noPace);
    // A quarter of the second cell is dark: its plain mean is 0.475.
    for (let c = 0; c < 3; c++) {
      expect(shift[3 + c]).toBeLessThan(-0.1);
      expect(shift[3 + c]).toBeGreaterThan(0.1 - 0.475);
      for (const cell of [0, 2, 3, 4, 5]) expect(Math.abs(shift[3 * cell + c]!)).toBeLessThan(1e-6);
    }
  });
});
