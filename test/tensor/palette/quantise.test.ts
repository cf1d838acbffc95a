import { describe, expect, it } from 'vitest';
import { quantise } from '../../../src/tensor/palette/quantise.ts';
import type { Straight } from '../../../src/tensor/picture/straight.ts';
import { noPace } from '../../../src/timing.ts';
import { hash32 } from '../../helpers/files/golden-images.ts';
import { paint } from '../../helpers/files/pictures.ts';
import { straightOf } from '../../helpers/files/straight-of.ts';

const size = { width: 64, height: 48 };
const straight = (pixel: (x: number, y: number) => readonly number[]) =>
  straightOf(paint(size, pixel));
const hexOf = async (picture: Straight, colours: number) =>
  (await quantise(picture, colours, noPace)).hex;
const noise = (seed: number) => (x: number, y: number) => {
  const v = hash32(seed + 64 * y + x);
  return [v & 255, (v >> 8) & 255, (v >> 16) & 255];
};

describe('quantise', () => {
  it('keeps every colour of a picture that has few enough, dark to light', async () => {
    const colours = [
      [255, 255, 255],
      [10, 20, 200],
      [1, 2, 3],
      [250, 250, 10],
    ];
    const picture = await straight((x, y) => colours[(x + y) % 4] as number[]);
    expect(await hexOf(picture, 4)).toEqual(['#010203', '#0a14c8', '#fafa0a', '#ffffff']);
    expect((await hexOf(picture, 200)).length).toBe(4);
  });

  it('finds the middle of each group of colours', async () => {
    const groups = [
      [200, 40, 40],
      [40, 160, 60],
      [60, 60, 200],
    ];
    const picture = await straight((x, y) => {
      const group = groups[(x + y) % 3] as number[];
      const shift = (hash32(64 * y + x) % 9) - 4;
      return group.map((v) => v + shift);
    });
    const found = (await hexOf(picture, 3)).map((hex) =>
      [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16)),
    );
    for (const group of groups) {
      const near = found.filter((colour) =>
        colour.every((v, c) => Math.abs(v - (group[c] as number)) <= 2),
      );
      expect(near.length).toBe(1);
    }
  });

  it.each([2, 16, 100, 256])(
    'gives at most %i different colours, the same each time',
    async (colours) => {
      const once = await hexOf(await straight(noise(1)), colours);
      expect(once.length).toBeGreaterThan(0.9 * colours);
      expect(once.length).toBeLessThanOrEqual(colours);
      expect(new Set(once).size).toBe(once.length);
      expect(await hexOf(await straight(noise(1)), colours)).toEqual(once);
    },
  );

  it('chooses greys for a grey picture', async () => {
    const ramp = await straight((x, y) => Array(3).fill((4 * x + y) % 256));
    for (const colours of [2, 7, 16, 64]) {
      for (const hex of await hexOf(ramp, colours)) expect(hex).toMatch(/^#(..)\1\1$/);
    }
    // Light exactly between two levels, for which rounding in OKLab and back changes one channel.
    const borders = [165919, 181117, 243740, 282559, 289334, 419524, 472305, 599428];
    const linear = Float32Array.from(borders.flatMap((v) => Array(3).fill(v / 3e6)));
    const found = await hexOf({ width: borders.length, height: 1, linear, alpha: undefined }, 8);
    for (const hex of found) expect(hex).toMatch(/^#(..)\1\1$/);
  });

  it('ignores clear pixels', async () => {
    const picture = await straight((x) => (x < 32 ? [200, 0, 0, 200] : [0, 255, 0, 100]));
    expect(await hexOf(picture, 8)).toEqual(['#000000', '#c80000']);
  });

  it('has two colours for a picture of one colour, or of none', async () => {
    expect(await hexOf(await straight(() => [0, 0, 0]), 16)).toEqual(['#000000', '#ffffff']);
    expect(await hexOf(await straight(() => [9, 9, 9, 0]), 16)).toEqual(['#000000', '#ffffff']);
  });

  it('stays quick and correct with more colours than it handles one by one', async () => {
    const large = { width: 512, height: 512 };
    const picture = straightOf(paint(large, (x, y) => noise(3)(x, 8 * y)));
    expect((await hexOf(picture, 16)).length).toBe(16);
  });
});
