import { describe, expect, it } from 'vitest';
import { effects } from '../../../src/effects/index.ts';
import { findGrid } from '../../../src/effects/pixelate/find-grid.ts';
import type { Image } from '../../../src/image.ts';
import { parsePlan } from '../../../src/plan/grammar.ts';
import { noPace } from '../../../src/timing.ts';
import { hash32 } from '../../helpers/files/golden-images.ts';
import { maxDifference, paint, pixelAt, run } from '../../helpers/files/pictures.ts';

const colours = [
  [20, 20, 30],
  [200, 60, 50],
  [240, 220, 130],
  [60, 120, 200],
];
/** Art of 40×30 pixels: four colours in areas of a few pixels. */
const art = paint({ width: 40, height: 30 }, (x, y) => {
  const at = hash32(40 * (y >> 1) + (x >> 1)) ^ (hash32(40 * y + x) & hash32(x + 7 * y) & 1);
  return colours[at & 3]!;
});

/** Every pixel repeated, by any factor, and with noise of so many levels, as lossy compression leaves it. */
const enlarged = (factor: number, noise = 0): Image =>
  paint({ width: Math.round(40 * factor), height: Math.round(30 * factor) }, (x, y) =>
    pixelAt(art, Math.floor((x + 0.5) / factor), Math.floor((y + 0.5) / factor))
      .slice(0, 3)
      .map((v, c) => v + ((hash32(3 * (1000 * y + x) + c) % (2 * noise + 1)) - noise)),
  );

const cut = (image: Image, left: number, top: number): Image =>
  paint({ width: image.width - left, height: image.height - top }, (x, y) =>
    pixelAt(image, x + left, y + top),
  );

describe('pixelate,block=auto', () => {
  it.each([2, 3, 5, 8, 2.5, 3.7])('finds art that was enlarged ×%d', async (factor) => {
    const { image } = await run('pixelate,block=auto,cells=mode,upscale=false', enlarged(factor));
    expect(maxDifference(image, art)).toBe(0);
  });

  it.each([4, 3.5])('finds it behind noise, ×%d', async (factor) => {
    const grid = await findGrid(enlarged(factor, 12), noPace);
    expect([grid?.x.length, grid?.y.length]).toEqual([41, 31]);
  });

  it('finds where a cut picture begins', async () => {
    const grid = await findGrid(cut(enlarged(6), 4, 2), noPace);
    expect([grid?.x.slice(0, 3), grid?.y.slice(0, 3)]).toEqual([
      [0, 2, 8],
      [0, 4, 10],
    ]);
  });

  it('takes blocks of 16 px for pictures without a grid', async () => {
    const noise = paint({ width: 100, height: 60 }, (x, y) => [
      128 + 90 * Math.sin(x / 7 + y / 11),
      hash32(100 * y + x) & 255,
      100,
    ]);
    const auto = await run('pixelate,block=auto', noise);
    expect(auto.image).toEqual((await run('pixelate,block=16', noise)).image);
    const flat = paint({ width: 50, height: 40 }, () => [5, 6, 7]);
    expect((await run('pixelate,block=auto', flat)).image).toEqual(flat);
    const dot = paint({ width: 1, height: 1 }, () => [5, 6, 7]);
    expect((await run('pixelate,block=auto', dot)).image).toEqual(dot);
  });
});

describe('pixelate,offset', () => {
  it('moves the blocks', async () => {
    const picture = paint({ width: 20, height: 9 }, (x, y) => [10 * x, 20 * y, 7]);
    const { image } = await run('pixelate,block=6,offset=2~5', picture);
    const same = (x: number, y: number, u: number, v: number) =>
      expect(pixelAt(image, x, y)).toEqual(pixelAt(image, u, v));
    same(0, 0, 1, 4);
    same(2, 0, 7, 4);
    same(2, 5, 7, 8);
    expect(pixelAt(image, 1, 0)).not.toEqual(pixelAt(image, 2, 0));
    expect(pixelAt(image, 0, 4)).not.toEqual(pixelAt(image, 0, 5));
  });

  it('is without effect at 0~0', async () => {
    const picture = paint({ width: 21, height: 10 }, (x, y) => [9 * x, 20 * y, 7]);
    const { image } = await run('pixelate,block=6,offset=0~0', picture);
    expect(image).toEqual((await run('pixelate,block=6', picture)).image);
  });

  it.each([
    ['pixelate,offset=1~1', 'offset: expected together with a number for block'],
    ['pixelate,block=auto,offset=1~1', 'offset: expected together with a number for block'],
    ['pixelate,block=4,offset=1~4', 'offset: expected less than block=4, got 1~4'],
  ])('refuses %s', (segment, message) => {
    expect(() => parsePlan([segment], effects)).toThrow(message);
  });
});

describe('pixelate,cells=mode', () => {
  it('makes a cell clear if more of it is clear than has its colour', async () => {
    const picture = paint({ width: 8, height: 4 }, (x, y) =>
      x < 4
        ? x < 1
          ? [200, 0, 0, 255]
          : [0, 0, 0, 0]
        : x + y < 9
          ? [0, 200, 0, 255]
          : [0, 0, 0, 0],
    );
    const { image } = await run('pixelate,block=4,cells=mode,upscale=false', picture);
    expect([pixelAt(image, 0, 0), pixelAt(image, 1, 0)]).toEqual([
      [0, 0, 0, 0],
      [0, 200, 0, 255],
    ]);
  });

  it('keeps the opacity of a translucent cell', async () => {
    const picture = paint({ width: 4, height: 4 }, () => [90, 80, 70, 100]);
    const { image } = await run('pixelate,block=4,cells=mode,upscale=false', picture);
    expect(pixelAt(image, 0, 0)).toEqual([90, 80, 70, 100]);
  });
});
