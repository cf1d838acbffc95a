import { describe, expect, it } from 'vitest';
import type { Image } from '../../../src/image.ts';
import { blurred } from '../../../src/tensor/filter/blur.ts';
import type { PixelKernels } from '../../../src/tensor/pixel-kernels.ts';
import { noPace, type Pace } from '../../../src/timing.ts';
import { differenceOf, hardPicture } from '../../helpers/files/hard-pictures.ts';
import { paint } from '../../helpers/files/pictures.ts';
import { kernels } from '../../helpers/pixel-kernels.ts';
import { gaussianOf } from '../../oracles/gaussian.ts';

const blur = (image: Image, sigma: number, pace: Pace = noPace) =>
  blurred(image, sigma, { kernels, pace });

describe.each([0.5, 1, 1.7, 2, 2.3, 5, 12, 16, 40])('a blur of sigma %d', (sigma) => {
  it.each([
    ['smooth', 1],
    ['noise', 1],
    ['black and white', 2],
    ['dark with white dots', 2],
  ] as const)('of a %s picture is the Gaussian to %d levels', (kind, levels) => {
    const image = hardPicture(kind, { width: 90, height: 70 });
    return expect(
      blur(image, sigma).then((result) => differenceOf(result, gaussianOf(image, sigma)).most),
    ).resolves.toBeLessThanOrEqual(levels);
  });

  it('does not let invisible pixels bleed', async () => {
    const image = hardPicture('transparent', { width: 90, height: 70 });
    const result = await blur(image, sigma);
    const wanted = gaussianOf(image, sigma);
    let most = 0;
    for (let i = 0; i < result.data.length; i++) {
      // What is hardly seen has hardly any colour.
      if (wanted.data[i | 3]! < 16) continue;
      most = Math.max(most, Math.abs(result.data[i]! - wanted.data[i]!));
    }
    expect(most).toBeLessThanOrEqual(3);
  });
});

describe('a blur', () => {
  it('of the largest radius fits into the memory of the kernels', async () => {
    const flat = paint({ width: 900, height: 800 }, () => [200, 60, 61]);
    expect(differenceOf(await blur(flat, 125), flat).most).toBe(0);
    const image = hardPicture('smooth', { width: 900, height: 3 });
    expect(differenceOf(await blur(image, 125), gaussianOf(image, 125)).most).toBeLessThan(3);
  });

  it('gives the same pixels in strips, and if requests take turns in the memory', async () => {
    const module = kernels();
    const small: PixelKernels = () => ({ ...module, free: module.bytes.length - 30_000 });
    const taking: Pace = async () => {};
    for (const kind of ['smooth', 'transparent'] as const) {
      const image = hardPicture(kind, { width: 400, height: 30 });
      for (const sigma of [1, 2, 4, 20]) {
        const whole = await blur(image, sigma);
        expect(await blurred(image, sigma, { kernels: small, pace: noPace })).toEqual(whole);
        const [one, other] = await Promise.all([
          blur(image, sigma, taking),
          blur(image, 3, taking),
        ]);
        expect(one).toEqual(whole);
        expect(other).toEqual(await blur(image, 3));
      }
    }
  });

  it.each([0.5, 0.8, 1.3, 2])('keeps every level of a flat picture, sigma %d', async (sigma) => {
    for (let level = 0; level < 256; level++) {
      const flat = paint({ width: 13, height: 9 }, () => [level, 255 - level, level]);
      expect(differenceOf(await blur(flat, sigma), flat).most).toBe(0);
    }
  });

  it.each([
    { width: 33, height: 31 },
    { width: 200, height: 65 },
    { width: 7, height: 130 },
  ])(
    'of $width×$height opaque pixels is that of a picture with a clear pixel far away',
    async (size) => {
      for (const sigma of [0.5, 1, 1.5, 2]) {
        const opaque = hardPicture('noise', size);
        const withHole = { ...opaque, data: opaque.data.slice() };
        withHole.data[withHole.data.length - 1] = 0;
        const [one, other] = [await blur(opaque, sigma), await blur(withHole, sigma)];
        const reach = Math.ceil(3 * sigma);
        let most = 0;
        for (let y = 0; y < size.height - reach - 1; y++) {
          for (let i = 4 * size.width * y; i < 4 * size.width * (y + 1); i++) {
            most = Math.max(most, Math.abs(one.data[i]! - other.data[i]!));
          }
        }
        expect(most).toBeLessThanOrEqual(1);
      }
    },
  );

  it.each([1, 4])('of a picture narrower than its reach, sigma %d', async (sigma) => {
    for (const size of [
      { width: 1, height: 1 },
      { width: 2, height: 9 },
      { width: 5, height: 1 },
    ]) {
      const image = hardPicture('noise', size);
      expect(differenceOf(await blur(image, sigma), gaussianOf(image, sigma)).most).toBeLessThan(2);
    }
  });
});
