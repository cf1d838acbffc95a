import { describe, expect, it } from 'vitest';
import { srgbToLinear } from '../../src/srgb.ts';
import { byteOfLinear } from '../../src/tensor/colour/colour.ts';
import { paint, pixelAt, run } from '../helpers/files/pictures.ts';

const flat = (level: number, size = { width: 65, height: 33 }) =>
  paint(size, () => [level, level, level, 200]);

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, v) => sum + v, 0) / values.length;

describe('vignette', () => {
  it('keeps the middle, darkens towards the corners, and keeps alpha', async () => {
    const { image } = await run('vignette,strength=1', flat(180));
    expect(pixelAt(image, 32, 16)).toEqual([180, 180, 180, 200]);
    const diagonal = [0, 8, 16, 24, 32].map((y) => pixelAt(image, 2 * y, y)[0]!);
    const [first, second, , fourth, last] = diagonal as [number, number, number, number, number];
    expect(first).toBeLessThan(30);
    expect(second).toBeGreaterThan(first + 40);
    expect(fourth).toBeGreaterThan(last + 40);
    expect(image.data.filter((_, i) => i % 4 === 3).every((alpha) => alpha === 200)).toBe(true);
  });

  it('is symmetrical, left and right as well as above and below', async () => {
    const { image } = await run('vignette,strength=0.8', flat(180));
    for (const [x, y] of [
      [0, 0],
      [3, 9],
      [20, 2],
    ] as const) {
      const around = [
        pixelAt(image, x, y),
        pixelAt(image, 64 - x, y),
        pixelAt(image, x, 32 - y),
        pixelAt(image, 64 - x, 32 - y),
      ].map(([level]) => level!);
      // Values may be rounded up or down.
      expect(Math.max(...around) - Math.min(...around)).toBeLessThanOrEqual(1);
    }
  });

  it('mixes in linear light in proportion to the strength', async () => {
    const { image } = await run('vignette,strength=0.5,radius=0,feather=0,color=f00', flat(255));
    const green = byteOfLinear(srgbToLinear(1) / 2);
    const corner = pixelAt(image, 0, 0);
    expect(corner[0]).toBe(255);
    expect(Math.abs(corner[1]! - green)).toBeLessThanOrEqual(1);
    expect(Math.abs(corner[2]! - green)).toBeLessThanOrEqual(1);
  });

  it('is the colour itself at strength 1 beyond the feather, without a pattern', async () => {
    const { image } = await run(
      'vignette,strength=1,radius=0.2,feather=0.1,color=3366cc',
      flat(90),
    );
    for (let x = 0; x < 65; x++) expect(pixelAt(image, x, 0)).toEqual([0x33, 0x66, 0xcc, 200]);
  });

  it('has its hard edge at the radius, one pixel wide', async () => {
    const { image } = await run(
      'vignette,strength=1,radius=0.5,feather=0',
      flat(200, { width: 201, height: 201 }),
    );
    // On the middle row the distance is |x − 100| / 100.5 / √2, which is 0.5 at 71 pixels from the centre.
    expect(pixelAt(image, 100 - 69, 100)[0]).toBe(200);
    expect(pixelAt(image, 100 - 74, 100)[0]).toBe(0);
  });

  it('has no bands: means over a few pixels fall steadily on a slow gradient', async () => {
    const wide = flat(60, { width: 1024, height: 16 });
    const { image } = await run('vignette,strength=0.3', wide);
    const means = Array.from({ length: 32 }, (_, part) =>
      meanOf(
        Array.from({ length: 16 * 16 }, (_, i) => pixelAt(image, 16 * part + (i % 16), i >> 4)[0]!),
      ),
    );
    const levels = new Set(means.map((mean) => mean.toFixed(2)));
    // Plain rounding would give only about ten different values, one per level.
    expect(levels.size).toBeGreaterThan(15);
    for (let i = 1; i < means.length; i++) {
      expect(means[i]!).toBeGreaterThanOrEqual(means[i - 1]! - 0.1);
    }
  });

  it('changes nothing at strength 0', async () => {
    const picture = flat(10);
    expect((await run('vignette,strength=0', picture)).image).toBe(picture);
  });
});
