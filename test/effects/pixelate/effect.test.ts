import { describe, expect, it } from 'vitest';
import { byteOfLinear, linearOfByte } from '../../../src/tensor/colour/colour.ts';
import golden from '../../golden/pixelate.json';
import { greyTest } from '../../helpers/files/golden-images.ts';
import { fromRgb, maxDifference, paint, pixelAt, run } from '../../helpers/files/pictures.ts';

const grey = (() => {
  const bytes = greyTest();
  return fromRgb(
    { width: 512, height: 512 },
    Array.from({ length: 3 * 512 * 512 }, (_, i) => bytes[Math.floor(i / 3)] as number),
  );
})();

const noisy = (width: number, height: number) =>
  paint({ width, height }, (x, y) => [
    (x * 37 + y * 91) % 256,
    (x * y * 13) % 256,
    (x * 5 + y * 3) % 256,
  ]);

describe('pixelate', () => {
  it('fills a block with the mean of its pixels in linear light, not with the mean of their codes', async () => {
    const checker = paint({ width: 2, height: 2 }, (x, y) =>
      Array(3).fill((x + y) % 2 === 0 ? 0 : 255),
    );
    const { image } = await run('pixelate,block=2', checker);
    expect(byteOfLinear(0.5)).toBe(188);
    for (const x of [0, 1]) expect(pixelAt(image, x, x)).toEqual([188, 188, 188, 255]);
  });

  it('averages the partial blocks at the edges over their real pixels', async () => {
    const picture = paint({ width: 5, height: 3 }, (x, y) =>
      x === 4 ? [200, 10, 10] : y === 2 ? [10, 200, 10] : [90, 90, 90],
    );
    const { image } = await run('pixelate,block=2', picture);
    expect(pixelAt(image, 4, 0)).toEqual([200, 10, 10, 255]);
    expect(pixelAt(image, 0, 2)).toEqual([10, 200, 10, 255]);
    expect(pixelAt(image, 3, 1)).toEqual([90, 90, 90, 255]);
  });

  it('agrees with the area means of the golden picture in linear light', async () => {
    const { image } = await run('pixelate,columns=16,rows=12,upscale=false', grey);
    expect([image.width, image.height]).toEqual([16, 12]);
    golden.area_average_linear_light_12x16.forEach((row, y) => {
      row.forEach((value, x) => {
        expect(Math.abs((pixelAt(image, x, y)[0] as number) - value)).toBeLessThanOrEqual(0.55);
      });
    });
  });

  it('changes nothing when it is done twice', async () => {
    const once = (await run('pixelate,block=7', noisy(40, 31))).image;
    const twice = (await run('pixelate,block=7', once)).image;
    expect(maxDifference(once, twice)).toBe(0);
  });

  it('is the identity with blocks of one pixel', async () => {
    const picture = noisy(17, 9);
    expect(maxDifference((await run('pixelate,block=1', picture)).image, picture)).toBe(0);
  });

  it('gives one mean colour if the block is larger than the picture', async () => {
    const { image } = await run('pixelate,block=256', noisy(20, 10));
    const means = [0, 1, 2].map((c) => {
      const values = Array.from(
        { length: 200 },
        (_, i) => linearOfByte[noisy(20, 10).data[4 * i + c] as number] as number,
      );
      return byteOfLinear(values.reduce((a, b) => a + b, 0) / 200);
    });
    expect(pixelAt(image, 0, 0)).toEqual([...means, 255]);
    expect(pixelAt(image, 19, 9)).toEqual([...means, 255]);
  });

  it('weighs colours by their opacity, so that invisible pixels do not tint a block', async () => {
    const picture = paint({ width: 2, height: 1 }, (x) =>
      x === 0 ? [255, 0, 0, 255] : [0, 255, 0, 0],
    );
    const { image } = await run('pixelate,block=2', picture);
    expect(pixelAt(image, 0, 0)).toEqual([255, 0, 0, 128]);
  });

  it('returns one pixel per cell without upscaling, the last cells partial', async () => {
    const { image } = await run('pixelate,block=8,upscale=false', noisy(20, 17));
    expect([image.width, image.height]).toEqual([3, 3]);
  });

  it('follows the shape of the picture when only columns or rows are given', async () => {
    const wide = await run('pixelate,columns=10,upscale=false', noisy(100, 50));
    const tall = await run('pixelate,rows=10,upscale=false', noisy(100, 50));
    expect([wide.image.width, wide.image.height]).toEqual([10, 5]);
    expect([tall.image.width, tall.image.height]).toEqual([20, 10]);
  });

  it.each([
    [64, 8, [8, 8, 8, 8, 8, 8, 8, 8]],
    [10, 4, [2, 3, 2, 3]],
    [7, 3, [2, 3, 2]],
  ])(
    'draws %i pixels in %i columns with whole cells where they fit, else by the centres of the pixels',
    async (width, columns, widths) => {
      for (const palette of ['', ',palette=cga']) {
        const ramp = paint({ width, height: 4 }, (x) => Array(3).fill((255 / width) * x));
        const small = (
          await run(`pixelate,columns=${columns},rows=1${palette},upscale=false`, ramp)
        ).image;
        const { image } = await run(`pixelate,columns=${columns},rows=1${palette}`, ramp);
        const expected = widths.flatMap((n, cell) => Array(n).fill(pixelAt(small, cell, 0)[0]));
        for (let y = 0; y < 4; y++) {
          expect(Array.from({ length: width }, (_, x) => pixelAt(image, x, y)[0])).toEqual(
            expected,
          );
        }
      }
    },
  );

  it('never has more cells than pixels', async () => {
    const picture = noisy(6, 4);
    const { image } = await run('pixelate,columns=500', picture);
    expect(maxDifference(image, picture)).toBe(0);
  });

  it.each([
    [1, 1],
    [1, 40],
    [40, 1],
  ])('works on %i×%i', async (width, height) => {
    const { image } = await run('pixelate', noisy(width, height));
    expect([image.width, image.height]).toEqual([width, height]);
  });

  it('reproduces the original recipe bit for bit in reference mode', async () => {
    const { image } = await run('pixelate,mode=reference', grey);
    expect([image.width, image.height]).toEqual([16, 12]);
    const levels = Array.from({ length: 12 }, (_, y) =>
      Array.from({ length: 16 }, (_, x) => pixelAt(image, x, y)[0]),
    );
    expect(levels).toEqual(golden.pooled_uint8_truncated);
  });

  it('does not lose a level of flat grey in reference mode', async () => {
    for (const v of [1, 100, 127, 128, 254, 255]) {
      const { image } = await run(
        'pixelate,mode=reference',
        paint({ width: 37, height: 23 }, () => [v, v, v]),
      );
      expect(pixelAt(image, 5, 5)).toEqual([v, v, v, 255]);
    }
  });
});
