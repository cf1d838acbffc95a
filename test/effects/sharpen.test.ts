import { describe, expect, it } from 'vitest';
import { maxDifference, paint, pixelAt, run } from '../helpers/files/pictures.ts';

const step = paint({ width: 12, height: 6 }, (x) => Array(3).fill(x < 6 ? 80 : 160));

describe('sharpen', () => {
  it('adds the detail that a blur by 1 4 6 4 1 removes: a step of 80 levels by hand', async () => {
    // The blur gives 80, 80 + 80/16, 80 + 80·5/16 before the step; the differences are added.
    const { image } = await run('sharpen=1', step);
    const row = Array.from({ length: 12 }, (_, x) => pixelAt(image, x, 3)[0]);
    // Next to the edge they may go 12 levels beyond it, 15 % of the step; farther away the nine pixels around are flat.
    expect(row).toEqual([80, 80, 80, 80, 80, 68, 172, 160, 160, 160, 160, 160]);
  });

  it('is proportional to the amount on soft edges', async () => {
    const slope = paint({ width: 12, height: 6 }, (x) =>
      Array(3).fill([80, 80, 80, 80, 80, 100, 140, 160, 160, 160, 160, 160][x]),
    );
    const level = async (amount: number) =>
      pixelAt((await run(`sharpen=${amount}`, slope)).image, 5, 3)[0]!;
    const [one, two] = [100 - (await level(0.25)), 100 - (await level(0.5))];
    expect(one).toBeGreaterThan(1);
    expect(Math.abs(two - 2 * one)).toBeLessThanOrEqual(1);
  });

  it.each([1, 2, 10])(
    'has no halo of more than 15 % of the local contrast at %d',
    async (amount) => {
      const { image } = await run(`sharpen=${amount}`, step);
      for (let x = 0; x < 12; x++) {
        const [level] = pixelAt(image, x, 3) as [number];
        expect(level).toBeGreaterThanOrEqual(80 - 12);
        expect(level).toBeLessThanOrEqual(160 + 12);
      }
    },
  );

  it('does not depend on what lies under clear pixels', async () => {
    const picture = (hidden: number) =>
      paint({ width: 12, height: 6 }, (x) => {
        const v = x < 3 ? 100 : 140;
        return x > 5 ? [hidden, hidden, hidden, 0] : [v, v, v, 255];
      });
    const dark = (await run('sharpen=5', picture(0))).image;
    const light = (await run('sharpen=5', picture(255))).image;
    for (let x = 0; x < 6; x++) expect(pixelAt(dark, x, 3)).toEqual(pixelAt(light, x, 3));
  });

  it.each([0.5, 10])('keeps a constant picture at %d', async (amount) => {
    const flat = paint({ width: 9, height: 7 }, () => [10, 200, 90]);
    expect(maxDifference((await run(`sharpen=${amount}`, flat)).image, flat)).toBe(0);
  });

  it('makes no colour fringes: the differences between the channels stay', async () => {
    const edge = paint({ width: 12, height: 6 }, (x) => (x < 6 ? [90, 80, 70] : [150, 170, 160]));
    const { image } = await run('sharpen=1', edge);
    for (let x = 0; x < 12; x++) {
      const [r = 0, g = 0, b = 0] = pixelAt(image, x, 3);
      const [r0 = 0, g0 = 0, b0 = 0] = pixelAt(edge, x, 3);
      expect(Math.abs(r - g - (r0 - g0))).toBeLessThanOrEqual(1);
      expect(Math.abs(g - b - (g0 - b0))).toBeLessThanOrEqual(1);
    }
  });

  it('ignores the colour of invisible pixels', async () => {
    const cut = (hidden: number) =>
      paint({ width: 8, height: 4 }, (x) =>
        x < 4 ? [100, 100, 100, 255] : [hidden, hidden, hidden, 0],
      );
    for (const hidden of [0, 255]) {
      const { image } = await run('sharpen=4', cut(hidden));
      for (let x = 0; x < 4; x++) expect(pixelAt(image, x, 1)).toEqual([100, 100, 100, 255]);
    }
  });

  it('changes nothing at 0', async () => {
    expect((await run('sharpen=0', step)).image).toBe(step);
  });

  it('works on one pixel', async () => {
    const dot = paint({ width: 1, height: 1 }, () => [1, 2, 3, 4]);
    expect((await run('sharpen=3', dot)).image).toEqual(dot);
  });
});
