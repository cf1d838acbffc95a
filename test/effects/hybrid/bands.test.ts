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
    expect(await detailAt(true, y)).toBeGreaterThan(14);
    expect(await detailAt(false, y)).toBeLessThan(13);
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
  expect(correlation.near).toBeGreaterThan(0.45);
  expect(correlation.far).toBeGreaterThan(0.9);
  expect(correlation.near).toBeLessThanOrEqual(1);
  expect(clipped).toBeGreaterThanOrEqual(0);
  expect(clipped).toBeLessThan(0.2);

  const same = await run('hybrid,far=asset:f,cutoff=4,color=both,gap=0,headroom=false', photo(5), {
    further: { 'asset:f': photo(5) },
  });
  const perfect = same.report as { correlation: { near: number; far: number } };
  expect(perfect.correlation.near).toBeCloseTo(1, 3);
  expect(perfect.correlation.far).toBeCloseTo(1, 3);
});

/** Spread of the detail of stripes with a period of `width` px that is left in the middle of the result. */
async function stripesLeft(options: string, width: number): Promise<number> {
  const near = paint({ width: 128, height: 32 }, (x) =>
    Array(3).fill(x % width < width / 2 ? 140 : 116),
  );
  const far = paint({ width: 128, height: 32 }, (x) => Array(3).fill(60 + x));
  const { image } = await run(`hybrid,far=asset:f,mode=frequency,cutoff=4,${options}`, near, {
    further: { 'asset:f': far },
  });
  const levels = Array.from({ length: width }, (_, i) => pixelAt(image, 64 + i, 16)[0]! - i);
  return Math.max(...levels) - Math.min(...levels);
}

it('fades the near picture towards the cutoff, the more the wider the gap is', async () => {
  const left = await Promise.all([0, 0.5, 1, 2].map((gap) => stripesLeft(`gap=${gap}`, 8)));
  for (let i = 1; i < left.length; i++) expect(left[i]).toBeLessThan(left[i - 1]!);
  expect(left[0]).toBeGreaterThan(15);
  expect(left[3]).toBeLessThan(0.4 * left[0]!);
});

it('chooses a wider gap for a far picture of little contrast', async () => {
  const gapOf = async (contrast: number): Promise<unknown> => {
    const far = paint({ width: 64, height: 64 }, (_, y) =>
      Array(3).fill(128 + contrast * Math.sin(y / 10)),
    );
    const { report } = await run('hybrid,far=asset:f,cutoff=4', photo(7), {
      further: { 'asset:f': far },
    });
    return report.gap;
  };
  expect(await gapOf(4)).toBe(1.35);
  expect(await gapOf(120)).toBeLessThan(1);
  expect(await gapOf(120)).toBeGreaterThanOrEqual(0);
});

it('gives grey detail to the colours of the far picture', async () => {
  const near = paint({ width: 64, height: 64 }, (x) => ((x >> 1) % 2 ? [255, 0, 0] : [0, 60, 160]));
  const far = paint({ width: 64, height: 64 }, () => [90, 120, 150]);
  const { image } = await run('hybrid,far=asset:f,mode=frequency', near, {
    further: { 'asset:f': far },
  });
  for (let x = 8; x < 56; x++) {
    const [r = 0, g = 0, b = 0] = pixelAt(image, x, 30);
    expect(Math.abs(g - r - 30)).toBeLessThanOrEqual(1);
    expect(Math.abs(b - g - 30)).toBeLessThanOrEqual(1);
  }
});

it('keeps the contrast of the far picture if the near one needs little room', async () => {
  const near = paint({ width: 64, height: 64 }, (x) => Array(3).fill(124 + 8 * (x % 2)));
  const far = paint({ width: 64, height: 64 }, (x) => Array(3).fill(x < 32 ? 16 : 239));
  const { image } = await run('hybrid,far=asset:f', near, { further: { 'asset:f': far } });
  const mean = (x: number) => (pixelAt(image, x, 32)[0]! + pixelAt(image, x + 1, 32)[0]!) / 2;
  expect(Math.abs(mean(8) - 16)).toBeLessThan(3);
  expect(Math.abs(mean(54) - 239)).toBeLessThan(3);
});
