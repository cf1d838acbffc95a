import { describe, expect, it } from 'vitest';
import type { Image } from '../../src/image.ts';
import { srgbToLinear } from '../../src/srgb.ts';
import { byteOfLinear } from '../../src/tensor/colour/colour.ts';
import { maxDifference, paint, pixelAt, run } from '../helpers/files/pictures.ts';

const hard = paint({ width: 90, height: 70 }, (x, y) => {
  const noise = (x * 7919 + y * 104729 + x * y * 31) % 97;
  if (x > 60 && y > 20) return [255, 255, 255];
  return (x >> 4) % 2 === (y >> 3) % 2 ? [255, noise, 0] : [0, 40 + noise, 255 - noise];
});

/** The blur by its definition: over every pixel of the picture, with weights that add up to one. */
function exactGaussian(image: Image, sigma: number): number[] {
  const { width, height, data } = image;
  const weights = (n: number, i: number): number[] => {
    const all = Array.from({ length: n }, (_, j) => Math.exp(-((i - j) ** 2) / (2 * sigma ** 2)));
    const sum = all.reduce((a, b) => a + b, 0);
    return all.map((w) => w / sum);
  };
  const across = Array.from({ length: width }, (_, x) => weights(width, x));
  const down = Array.from({ length: height }, (_, y) => weights(height, y));
  const levels: number[] = [];
  for (let c = 0; c < 3; c++) {
    const linear = Float64Array.from({ length: width * height }, (_, p) =>
      srgbToLinear((data[4 * p + c] as number) / 255),
    );
    const rows = new Float64Array(width * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let j = 0; j < width; j++)
          rows[y * width + x]! += across[x]![j]! * linear[y * width + j]!;
      }
    }
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let v = 0;
        for (let j = 0; j < height; j++) v += down[y]![j]! * rows[j * width + x]!;
        levels[4 * (y * width + x) + c] = byteOfLinear(v);
      }
    }
  }
  return levels;
}

function psnr(image: Image, levels: number[]): number {
  let sum = 0;
  let n = 0;
  for (let i = 0; i < image.data.length; i++) {
    if (i % 4 === 3) continue;
    sum += ((image.data[i] as number) - (levels[i] as number)) ** 2;
    n++;
  }
  return 10 * Math.log10(255 ** 2 / (sum / n));
}

describe('blur', () => {
  it.each([1, 1.5, 2, 3, 4, 5, 7.5, 12, 20, 60, 250])(
    'with radius %d is the Gaussian whose standard deviation is half the radius, in linear light',
    async (radius) => {
      const { image } = await run(`blur=${radius}`, hard);
      expect(psnr(image, exactGaussian(hard, radius / 2))).toBeGreaterThan(48);
    },
  );

  it.each([1, 3, 9, 250])('keeps a constant picture at radius %d, borders too', async (radius) => {
    const flat = paint({ width: 50, height: 33 }, () => [200, 90, 17]);
    expect(maxDifference((await run(`blur=${radius}`, flat)).image, flat)).toBe(0);
  });

  it('does not let invisible pixels bleed into visible ones', async () => {
    const edge = paint({ width: 64, height: 16 }, (x) =>
      x < 32 ? [255, 0, 0, 255] : [0, 255, 0, 0],
    );
    const { image } = await run('blur=10', edge);
    expect(pixelAt(image, 0, 8)).toEqual([255, 0, 0, 255]);
    // The edge lies between pixels 31 and 32.
    expect((pixelAt(image, 31, 8)[3] as number) + (pixelAt(image, 32, 8)[3] as number)).toBe(255);
    for (let x = 0; x < 64; x++) {
      const [r, g, , a] = pixelAt(image, x, 8);
      if ((a as number) > 4) expect([r, g]).toEqual([255, 0]);
    }
  });

  it.each([
    [1, 1],
    [1, 40],
    [40, 1],
    [3, 5],
  ])('works on %i×%i', async (width, height) => {
    const picture = paint({ width, height }, (x, y) => [9 * x, 6 * y, 30]);
    for (const radius of [1, 6, 100]) {
      const { image } = await run(`blur=${radius}`, picture);
      expect([image.width, image.height]).toEqual([width, height]);
      expect(psnr(image, exactGaussian(picture, radius / 2))).toBeGreaterThan(48);
    }
  });

  it('comes after resizing, in pixels of the result', async () => {
    const one = await run('w=30,blur=6', hard);
    const two = await run('w=30/blur=6', hard);
    expect(maxDifference(one.image, two.image)).toBe(0);
  });
});
