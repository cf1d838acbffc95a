import { describe, expect, it } from 'vitest';
import { byteOfLinear, linearOfByte } from '../../../../src/tensor/colour/colour.ts';
import { hash32 } from '../../../helpers/files/golden-images.ts';
import { maxDifference, paint, pixelAt, run } from '../../../helpers/files/pictures.ts';

const kinds = ['mean', 'median', 'mode', 'detail'] as const;
const others = ['median', 'mode', 'detail'] as const;

const noisy = (width: number, height: number) =>
  paint({ width, height }, (x, y) => {
    const v = hash32(width * y + x);
    return [v & 255, (v >> 8) & 255, (v >> 16) & 255];
  });

describe.each(kinds)('cells=%s', (cells) => {
  it('keeps flat colours, in whole, partial and fractional cells', async () => {
    const flat = paint({ width: 23, height: 17 }, () => [90, 140, 40]);
    for (const grid of ['block=5', 'columns=7,rows=3', 'block=1', 'block=256']) {
      const { image } = await run(`pixelate,${grid},cells=${cells}`, flat);
      expect(maxDifference(image, flat)).toBe(0);
    }
  });

  it('changes nothing when it is done twice, and nothing with blocks of one pixel', async () => {
    const plan = `pixelate,block=7,cells=${cells}`;
    const once = (await run(plan, noisy(40, 31))).image;
    expect(maxDifference((await run(plan, once)).image, once)).toBe(0);
    const { image } = await run(`pixelate,block=1,cells=${cells}`, noisy(9, 8));
    expect(maxDifference(image, noisy(9, 8))).toBe(0);
  });

  it('keeps grey grey', async () => {
    const grey = paint({ width: 20, height: 20 }, (x, y) =>
      Array(3).fill(hash32(20 * y + x) & 255),
    );
    const { data } = (await run(`pixelate,block=6,cells=${cells}`, grey)).image;
    for (let i = 0; i < data.length; i += 4) {
      expect([data[i + 1], data[i + 2]]).toEqual([data[i], data[i]]);
    }
  });

  it('takes no colour from clear pixels, and the mean of their opacity, or that of the most frequent colour', async () => {
    const picture = paint({ width: 4, height: 4 }, (x) =>
      x < 3 ? [255, 0, 0, 255] : [0, 255, 0, 0],
    );
    const { image } = await run(`pixelate,block=4,cells=${cells}`, picture);
    expect(pixelAt(image, 2, 2)).toEqual([255, 0, 0, cells === 'mode' ? 255 : 191]);
  });

  it('gives clear cells no colour', async () => {
    const picture = paint({ width: 8, height: 4 }, (x) => [9, 99, 199, x < 4 ? 0 : 255]);
    const { image } = await run(`pixelate,block=4,cells=${cells},upscale=false`, picture);
    expect([pixelAt(image, 0, 0), pixelAt(image, 1, 0)]).toEqual([
      [0, 0, 0, 0],
      [9, 99, 199, 255],
    ]);
  });
});

describe('cells=median', () => {
  it('is the middle level of each channel', async () => {
    const picture = noisy(15, 15);
    const { image } = await run('pixelate,block=5,cells=median,upscale=false', picture);
    for (const [u, v] of [
      [0, 0],
      [2, 1],
    ] as const) {
      const middle = [0, 1, 2].map((c) => {
        const levels = Array.from({ length: 25 }, (_, i) =>
          pixelAt(picture, 5 * u + (i % 5), 5 * v + Math.floor(i / 5)),
        ).map((pixel) => pixel[c] as number);
        return levels.sort((a, b) => a - b)[12];
      });
      expect(pixelAt(image, u, v)).toEqual([...middle, 255]);
    }
  });

  it('counts a pixel that two cells share by its part in each', async () => {
    const picture = paint({ width: 5, height: 1 }, (x) => [
      [10, 200, 90, 200, 10][x] as number,
      0,
      0,
    ]);
    const { image } = await run('pixelate,columns=2,rows=1,cells=median,upscale=false', picture);
    // 1 × 10, 1 × 200, ½ × 90: half of 2.5 is reached at 90.
    expect([pixelAt(image, 0, 0)[0], pixelAt(image, 1, 0)[0]]).toEqual([90, 90]);
  });
});

describe('cells=mode', () => {
  it('is the colour that most pixels have, however far the others are', async () => {
    const picture = paint({ width: 8, height: 8 }, (x, y) =>
      x + y < 7 ? [20, 40, 160] : x % 2 ? [255, 255, 0] : [255, 0, 0],
    );
    const { image } = await run('pixelate,block=8,cells=mode', picture);
    expect(pixelAt(image, 0, 0)).toEqual([20, 40, 160, 255]);
  });

  it('averages a noisy colour, even if its levels lie on both sides of a bin', async () => {
    const levels = [126, 130, 127, 129];
    const picture = paint({ width: 8, height: 8 }, (x, y) =>
      x < 5
        ? [levels[(x + y) % 4], levels[(x + 2 * y) % 4], levels[y % 4]].map(Number)
        : [255, 255, 255],
    );
    const { image } = await run('pixelate,block=8,cells=mode', picture);
    for (const v of pixelAt(image, 0, 0).slice(0, 3))
      expect(Math.abs(v - 128)).toBeLessThanOrEqual(1);
  });
});

describe('cells=detail', () => {
  const line = paint({ width: 64, height: 64 }, (x) => Array(3).fill(x === 29 ? 0 : 220));

  it('keeps a line of one pixel that the mean washes out', async () => {
    const at = async (cells: string): Promise<number> => {
      const { image } = await run(`pixelate,block=8,cells=${cells},upscale=false`, line);
      return pixelAt(image, 3, 4)[0] as number;
    };
    const mean = await at('mean');
    expect(mean).toBe(byteOfLinear((7 * (linearOfByte[220] as number)) / 8));
    expect(await at('detail')).toBeLessThan(mean - 60);
    expect(await at('median')).toBe(220);
  });

  it('gives cells without detail their mean', async () => {
    const { image } = await run('pixelate,block=8,cells=detail,upscale=false', line);
    for (const x of [0, 1, 6, 7]) expect(pixelAt(image, x, 3)[0]).toBe(220);
  });
});

describe('after another step', () => {
  it.each(others)('chooses %s from a resized picture', async (cells) => {
    const picture = paint({ width: 60, height: 40 }, (x) =>
      x < 30 ? [200, 30, 30] : [30, 30, 200],
    );
    const { image } = await run(`w=30/pixelate,columns=2,cells=${cells},upscale=false`, picture);
    expect(Math.abs((pixelAt(image, 0, 0)[0] as number) - 200)).toBeLessThanOrEqual(8);
    expect(Math.abs((pixelAt(image, 1, 0)[2] as number) - 200)).toBeLessThanOrEqual(8);
  });
});
