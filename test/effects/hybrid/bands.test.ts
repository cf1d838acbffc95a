import { expect, it } from 'vitest';
import { paint, pixelAt, run } from '../../helpers/files/pictures.ts';
import { expectNoTensorsLeft, photo } from './pairs.ts';

expectNoTensorsLeft();

it('keeps the colours of the chosen picture', async () => {
  const near = paint({ width: 64, height: 64 }, (x, y) => [
    ((x >> 2) + (y >> 2)) % 2 ? 220 : 90,
    60,
    40,
  ]);
  const far = paint({ width: 64, height: 64 }, () => [60, 80, 200]);
  const chroma = async (color: string): Promise<number[]> => {
    const { image } = await run(`hybrid,far=asset:f,color=${color}`, near, {
      further: { 'asset:f': far },
    });
    const sum = [0, 0, 0];
    for (let i = 0; i < image.data.length; i++) if (i % 4 < 3) sum[i % 4]! += image.data[i]!;
    return sum.map((v) => v / 4096);
  };
  const [grey, colourful] = [await chroma('gray'), await chroma('far')];
  expect(Math.max(...grey) - Math.min(...grey)).toBeLessThan(1);
  expect((colourful[2] as number) - (colourful[0] as number)).toBeGreaterThan(40);
  const ofNear = await chroma('near');
  expect((ofNear[2] as number) - (ofNear[0] as number)).toBeLessThan(10);
});

it('shows more detail with more gain, and none with none', async () => {
  const contrast = async (gain: number): Promise<number> => {
    const flat = paint({ width: 64, height: 64 }, () => [128, 128, 128]);
    const near = paint({ width: 64, height: 64 }, (x) => Array(3).fill((x >> 1) % 2 ? 148 : 108));
    const { image } = await run(`hybrid,far=asset:f,mode=frequency,cutoff=4,gain=${gain}`, near, {
      further: { 'asset:f': flat },
    });
    return (pixelAt(image, 34, 32)[0] as number) - (pixelAt(image, 32, 32)[0] as number);
  };
  const [none, once, twice] = [await contrast(0), await contrast(1), await contrast(2)];
  expect(Math.abs(none)).toBeLessThanOrEqual(1);
  expect(Math.abs(once)).toBeGreaterThan(30);
  expect(Math.abs(twice / once - 2)).toBeLessThan(0.1);
});

it('leaves room for detail on black and white, unless headroom is off', async () => {
  const near = paint({ width: 64, height: 64 }, (x) => Array(3).fill((x >> 1) % 2 ? 140 : 116));
  const far = paint({ width: 64, height: 64 }, (_, y) => Array(3).fill(y < 32 ? 0 : 255));
  const detailAt = async (headroom: boolean, y: number): Promise<number> => {
    const { image } = await run(`hybrid,far=asset:f,cutoff=4,headroom=${headroom}`, near, {
      further: { 'asset:f': far },
    });
    return Math.abs((pixelAt(image, 34, y)[0] as number) - (pixelAt(image, 32, y)[0] as number));
  };
  for (const y of [4, 60]) {
    expect(await detailAt(true, y)).toBeGreaterThan(15);
    expect(await detailAt(false, y)).toBeLessThan(15);
  }
});

it('reports how much of each picture is in the result', async () => {
  const { report } = await run('hybrid,far=asset:f,cutoff=4', photo(5), {
    further: { 'asset:f': photo(60) },
  });
  const { correlation, clipped } = report as {
    correlation: { near: number; far: number };
    clipped: number;
  };
  expect(correlation.near).toBeGreaterThan(0.5);
  expect(correlation.far).toBeGreaterThan(0.9);
  expect(correlation.near).toBeLessThanOrEqual(1);
  expect(clipped).toBeGreaterThanOrEqual(0);
  expect(clipped).toBeLessThan(0.2);

  const same = await run('hybrid,far=asset:f,cutoff=4,headroom=false', photo(5), {
    further: { 'asset:f': photo(5) },
  });
  const perfect = same.report as { correlation: { near: number; far: number } };
  expect(perfect.correlation.near).toBeCloseTo(1, 3);
  expect(perfect.correlation.far).toBeCloseTo(1, 3);
});
