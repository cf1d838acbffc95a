import { describe, expect, it } from 'vitest';
import { paint, pixelAt, run } from '../helpers/files/pictures.ts';

const step = (low: number, high: number) =>
  paint({ width: 6, height: 4 }, (x) => Array(3).fill(x < 3 ? low : high));
const row = async (options: string, image: ReturnType<typeof paint>): Promise<number[]> => {
  const result = (await run(options, image)).image;
  return Array.from({ length: image.width }, (_, x) => pixelAt(result, x, 1)[0] as number);
};

describe('edges', () => {
  it.each(['sobel', 'difference'])('is black where the picture is flat: %s', async (kernel) => {
    const flat = paint({ width: 5, height: 5 }, () => [200, 30, 90]);
    const { image, report } = await run(`edges,kernel=${kernel}`, flat);
    for (let p = 0; p < 25; p++) {
      expect([...image.data.subarray(4 * p, 4 * p + 4)]).toEqual([0, 0, 0, 255]);
    }
    expect(report).toEqual({ energy: 0 });
  });

  it('measures a step as computed by hand', async () => {
    expect(await row('edges,kernel=difference', step(50, 150))).toEqual([0, 0, 100, 0, 0, 0]);
    expect(await row('edges', step(50, 150))).toEqual([0, 0, 100, 100, 0, 0]);
    expect(await row('edges', step(0, 255))).toEqual([0, 0, 255, 255, 0, 0]);
  });

  it('measures rows like columns', async () => {
    const lying = paint({ width: 3, height: 4 }, (_, y) => Array(3).fill(y < 2 ? 10 : 60));
    const sobel = (await run('edges', lying)).image;
    const difference = (await run('edges,kernel=difference', lying)).image;
    expect([0, 1, 2, 3].map((y) => pixelAt(sobel, 1, y)[0])).toEqual([0, 50, 50, 0]);
    expect([0, 1, 2, 3].map((y) => pixelAt(difference, 1, y)[0])).toEqual([0, 50, 0, 0]);
  });

  it('measures the corner of a square as computed by hand', async () => {
    const corner = paint({ width: 4, height: 4 }, (x, y) =>
      Array(3).fill(x > 1 && y > 1 ? 100 : 0),
    );
    // Sobel at (1, 1): one of four weights of 1 lies in the square, in both directions: hypot(100, 100) / 4.
    expect(pixelAt((await run('edges', corner)).image, 1, 1)[0]).toBe(35);
    // At (2, 2): weights 1 + 2 of 4: hypot(300, 300) / 4.
    expect(pixelAt((await run('edges', corner)).image, 2, 2)[0]).toBe(106);
    expect(pixelAt((await run('edges,kernel=difference', corner)).image, 1, 2)[0]).toBe(100);
  });

  it('weighs the channels as luminance does', async () => {
    const red = paint({ width: 2, height: 1 }, (x) => [x === 0 ? 0 : 250, 0, 0]);
    const green = paint({ width: 2, height: 1 }, (x) => [0, x === 0 ? 0 : 250, 0]);
    const first = async (image: ReturnType<typeof paint>) =>
      pixelAt((await run('edges,kernel=difference', image)).image, 0, 0);
    expect(await first(red)).toEqual([53, 53, 53, 255]);
    expect(await first(green)).toEqual([179, 179, 179, 255]);
  });

  it('scales with the gain, clamped', async () => {
    expect(await row('edges,gain=0', step(50, 90))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await row('edges,gain=0.5', step(50, 90))).toEqual([0, 0, 20, 20, 0, 0]);
    expect(await row('edges,gain=16', step(50, 90))).toEqual([0, 0, 255, 255, 0, 0]);
  });

  it('reports the mean squared gradient, before the gain', async () => {
    // One of six columns has a difference of a fifth of the range.
    const { report } = await run('edges,kernel=difference,gain=3', step(51, 102));
    expect(report.energy).toBeCloseTo(0.2 ** 2 / 6, 6);
  });

  it('keeps alpha, shows outlines, and ignores the colours of invisible pixels', async () => {
    const cut = paint({ width: 4, height: 1 }, (x) =>
      x < 2 ? [100, 100, 100, 255] : [x * 80, 0, 0, 0],
    );
    const { image } = await run('edges,kernel=difference', cut);
    expect([0, 1, 2, 3].map((x) => pixelAt(image, x, 0))).toEqual([
      [0, 0, 0, 255],
      [100, 100, 100, 255],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
  });

  it('works on one pixel', async () => {
    const { image } = await run(
      'edges',
      paint({ width: 1, height: 1 }, () => [9, 9, 9]),
    );
    expect(pixelAt(image, 0, 0)).toEqual([0, 0, 0, 255]);
  });
});
