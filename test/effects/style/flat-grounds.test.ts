// What is done to flat parts, white grounds, the network's lattice and the lightness of paint, each by itself.
import { describe, expect, it } from 'vitest';
import { latticeOf } from '../../../bench/quality/strokes.ts';
import { addGrain } from '../../../src/effects/style/grain.ts';
import { findGround, keepGround } from '../../../src/effects/style/ground.ts';
import { removeLattice } from '../../../src/effects/style/lattice.ts';
import { takeLightness } from '../../../src/effects/style/lightness.ts';
import type { Rgb } from '../../../src/nets/rgb.ts';
import { noPace } from '../../../src/timing.ts';

type Colour = readonly [number, number, number];

function painted(width: number, height: number, colour: (x: number, y: number) => Colour): Rgb {
  const data = new Float32Array(3 * width * height);
  for (let p = 0; p < width * height; p++) {
    data.set(colour(p % width, Math.floor(p / width)), 3 * p);
  }
  return { width, height, data };
}

const copied = ({ data, ...size }: Rgb): Rgb => ({ ...size, data: data.slice() });

const grey = (v: number): Colour => [v, v, v];

async function grained(picture: Rgb): Promise<Float32Array> {
  const noisy = copied(picture);
  await addGrain(noisy, noPace);
  return noisy.data.map((v, i) => v - picture.data[i]!);
}

const rootMeanSquare = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, v) => sum + v * v, 0) / values.length);

describe('grain', () => {
  it('is faint, the same in every channel and in every run', async () => {
    const flat = painted(200, 150, () => [0.5, 0.4, 0.3]);
    const added = await grained(flat);
    expect(rootMeanSquare(added)).toBeGreaterThan(0.017);
    expect(rootMeanSquare(added)).toBeLessThan(0.023);
    expect(Math.abs(added.reduce((sum, v) => sum + v, 0) / added.length)).toBeLessThan(0.002);
    for (let p = 0; p < 200; p++) expect(added[3 * p]).toBeCloseTo(added[3 * p + 2]!, 6);
    expect(await grained(flat)).toEqual(added);
  });

  it('covers gradients of a level for several pixels, and spares detail', async () => {
    const levels = (x: number) => Math.round(100 + x / 20) / 255;
    const gradient = painted(160, 90, (x) => grey(levels(x)));
    expect(rootMeanSquare(await grained(gradient))).toBeGreaterThan(0.017);
    const busy = painted(160, 90, (x, y) => grey((x + y) % 2 === 0 ? 0.4 : 0.6));
    expect(rootMeanSquare(await grained(busy))).toBe(0);
  });

  it('stays within 0…1 and takes any size', async () => {
    for (const [width, height] of [
      [1, 1],
      [3, 40],
      [40, 3],
    ] as const) {
      const white = painted(width, height, () => grey(1));
      await addGrain(white, noPace);
      expect(white.data.every((v) => v > 0.9 && v <= 1)).toBe(true);
    }
  });
});

describe('a white ground', () => {
  const logo = painted(60, 40, (x, y) =>
    x >= 20 && x < 40 && y >= 15 && y < 25 ? [0.8, 0.1, 0.1] : grey(0.98),
  );

  it('is found around a logo, and kept up to its edge', () => {
    const ground = findGround(logo)!;
    for (const channel of ground.colour) expect(channel).toBeCloseTo(0.98, 5);
    const paint = painted(60, 40, () => [0.3, 0.4, 0.5]);
    keepGround(paint, ground);
    const at = (x: number, y: number) => [...paint.data.subarray(3 * (60 * y + x)).subarray(0, 3)];
    for (const v of at(19, 20)) expect(v).toBeCloseTo(0.98, 5);
    expect(at(20, 20).map((v) => Math.round(10 * v))).toEqual([3, 4, 5]);
  });

  it.each<[string, Rgb]>([
    ['a white sky', painted(60, 40, (_, y) => grey(y < 25 ? 1 : 0.3))],
    ['a grey ground', painted(60, 40, () => grey(0.8))],
    ['a picture with a white corner', painted(60, 40, (x, y) => grey(x < 40 && y < 30 ? 1 : 0.2))],
    [
      'white noise',
      painted(60, 40, (x, y) => grey(0.6 + 0.4 * (((x * 7919 + y * 104729) % 97) / 97))),
    ],
  ])('is not seen in %s', (_, picture) => {
    expect(findGround(picture)).toBeUndefined();
  });
});

describe('the lattice', () => {
  const rows = ({ width, height, data }: Rgb) =>
    Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => 255 * data[3 * (width * y + x)]!),
    );
  /** Detail without any period, and a tone for each place of the grid. */
  const woven = (side: number) =>
    painted(side, side, (x, y) => {
      const detail = Math.sin(x * x * 0.37 + y * 1.7) + Math.cos(y * y * 0.29 + x * 2.3);
      return grey(0.5 + 0.05 * detail + (x % 4 === 1 ? 0.04 : 0));
    });

  it('is removed from paint', async () => {
    const paint = woven(128);
    expect(latticeOf(rows(paint))).toBeGreaterThan(4);
    await removeLattice(paint, noPace);
    expect(latticeOf(rows(paint))).toBeLessThan(1.5);
  });

  it('is removed where it is, and put nowhere else', async () => {
    const half = painted(256, 128, (x, y) => {
      const detail = Math.sin(x * x * 0.37 + y * 1.7) + Math.cos(y * y * 0.29 + x * 2.3);
      return grey(0.5 + 0.02 * detail + (x < 128 && x % 4 === 1 ? 0.04 : 0));
    });
    await removeLattice(half, noPace);
    const [left, right] = [0, 192].map((from) =>
      rows(half).map((row) => row.slice(from, from + 64)),
    );
    expect(latticeOf(left!)).toBeLessThan(2);
    expect(latticeOf(right!)).toBeLessThan(2);
    const ramp = painted(256, 192, (x, y) => grey(0.2 + 0.002 * x + 0.001 * y));
    const before = ramp.data.slice();
    await removeLattice(ramp, noPace);
    const changes = ramp.data.map((v, i) => Math.abs(v - before[i]!));
    expect(changes.every((change) => change < 5e-4)).toBe(true);
  });

  it('is left in small pictures, and corrections are small', async () => {
    const small = woven(60);
    const before = small.data.slice();
    await removeLattice(small, noPace);
    expect(small.data).toEqual(before);
    const stripes = painted(128, 128, (x) => grey(x % 4 < 2 ? 0.2 : 0.8));
    const same = stripes.data.slice();
    await removeLattice(stripes, noPace);
    expect(Math.max(...stripes.data.map((v, i) => Math.abs(v - same[i]!)))).toBeLessThan(0.0501);
  });
});

describe('the lightness of paint', () => {
  const lightnessOf = ({ data }: Rgb): number[] =>
    Array.from({ length: data.length / 3 }, (_, p) => {
      const code = data[3 * p]!;
      const linear = code <= 0.04045 ? code / 12.92 : ((code + 0.055) / 1.055) ** 2.4;
      return Math.cbrt(linear);
    });
  const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

  it.each([
    ['light paint on a dark content', 0.9, 0.25],
    ['dark paint on a light content', 0.15, 0.85],
  ])('has the content’s mean: %s', async (_, own, wanted) => {
    const paint = painted(64, 48, (x, y) => grey(own + 0.08 * Math.sin(x / 3 + y)));
    const content = painted(64, 48, (x, y) => grey(wanted + 0.1 * Math.sin(x / 11 - y / 7)));
    await takeLightness(paint, content, noPace);
    const lightness = lightnessOf(paint);
    const reached = mean(lightness);
    expect(Math.abs(reached - mean(lightnessOf(content)))).toBeLessThan(0.01);
    expect(rootMeanSquare(lightness.map((v) => v - reached))).toBeGreaterThan(0.02);
  });

  it('stays within 0…1, also for flat paint', async () => {
    const paint = painted(8, 8, () => [0.2, 0.9, 0.1]);
    await takeLightness(
      paint,
      painted(8, 8, () => grey(1)),
      noPace,
    );
    expect(paint.data.every((v) => v > 0.98 && v <= 1)).toBe(true);
  });
});
