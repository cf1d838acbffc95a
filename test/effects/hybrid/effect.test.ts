import { expect, it } from 'vitest';
import type { LossReport } from '../../../src/fit/fit.ts';
import { maxDifference, paint, pixelAt, run } from '../../helpers/files/pictures.ts';
import { expectNoTensorsLeft, photo } from './pairs.ts';

expectNoTensorsLeft();

it.each(['fast', 'frequency'])(
  'gives a picture back that is paired with itself (%s)',
  async (mode) => {
    const picture = photo(0);
    const { image } = await run(`hybrid,far=asset:f,mode=${mode},headroom=false`, picture, {
      further: { 'asset:f': picture },
    });
    expect(maxDifference(image, picture)).toBeLessThanOrEqual(1);
  },
);

it('fits each channel to its own target, and reports on all', async () => {
  const size = { width: 97, height: 80 };
  const scene = (phase: number, order: [number, number, number]) =>
    paint(size, (x, y) => {
      const rgb = [
        128 + 90 * Math.sin((x + phase) / 19) * Math.cos(y / 17),
        128 + 80 * Math.cos((x * y) / 900 + phase),
        (x * 3 + y + phase) % 256,
      ];
      return order.map((colour) => rgb[colour] as number);
    });
  const of = async (order: [number, number, number]) =>
    run('hybrid,far=asset:f', scene(0, order), { further: { 'asset:f': scene(50, order) } });
  const [plain, turned] = [await of([0, 1, 2]), await of([1, 2, 0])];
  const back = paint(size, (x, y) => {
    const [g = 0, b = 0, r = 0] = pixelAt(turned.image, x, y);
    return [r, g, b];
  });
  expect(maxDifference(back, plain.image)).toBe(0);
  expect(new Set(pixelAt(plain.image, 50, 40)).size).toBeGreaterThan(2);
  const lossOf = ({ report }: typeof plain) =>
    (report.losses as LossReport[]).at(-1)?.loss as number;
  expect(lossOf(plain)).toBeGreaterThan(0);
  expect(lossOf(turned) / lossOf(plain)).toBeCloseTo(1, 9);
});

it('fits a far picture of another size and shape', async () => {
  const far = paint({ width: 30, height: 90 }, () => [200, 60, 60]);
  const { image } = await run('hybrid,far=asset:f', photo(1), { further: { 'asset:f': far } });
  expect([image.width, image.height]).toEqual([64, 64]);
});

it.each([
  [1, 1],
  [1, 50],
  [33, 7],
  [67, 129],
])('works on %i×%i', async (width, height) => {
  const near = paint({ width, height }, (x, y) => [(x * 31) % 256, (y * 17) % 256, 90]);
  const { image } = await run('hybrid,far=asset:f', near, { further: { 'asset:f': photo(2) } });
  expect([image.width, image.height]).toEqual([width, height]);
});

it('works with a blur that is wider than the picture', async () => {
  const { image } = await run('hybrid,far=asset:f,sigma=200', photo(3), {
    further: { 'asset:f': photo(40) },
  });
  expect(image.width).toBe(64);
});

it('keeps the transparency of the near picture', async () => {
  const near = paint({ width: 32, height: 32 }, (x) => [200, 100, 50, x < 16 ? 255 : 64]);
  const { image } = await run('hybrid,far=asset:f', near, { further: { 'asset:f': photo(4) } });
  expect([pixelAt(image, 2, 2)[3], pixelAt(image, 30, 2)[3]]).toEqual([255, 64]);
});
