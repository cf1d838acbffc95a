import { describe, expect, it } from 'vitest';
import type { Image } from '../../src/image.ts';
import { paint, run } from '../helpers/files/pictures.ts';

const stored = paint({ width: 3, height: 2 }, (x, y) => [3 * y + x + 1, 9, 8, 100 + x]);

const reds = ({ width, height, data }: Image): number[][] =>
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => data[4 * (y * width + x)] as number),
  );

describe('rotate', () => {
  it.each([
    [
      'rotate=90',
      [
        [4, 1],
        [5, 2],
        [6, 3],
      ],
    ],
    [
      'rotate=180',
      [
        [6, 5, 4],
        [3, 2, 1],
      ],
    ],
    [
      'rotate=270',
      [
        [3, 6],
        [2, 5],
        [1, 4],
      ],
    ],
  ])('%s turns clockwise, pixel for pixel', async (options, rows) => {
    expect(reds((await run(options, stored)).image)).toEqual(rows);
  });

  it('moves all four bytes of a pixel', async () => {
    const { image } = await run('rotate=90', stored);
    expect([...image.data.subarray(0, 8)]).toEqual([4, 9, 8, 100, 1, 9, 8, 100]);
  });

  it.each([
    [1, 5],
    [5, 1],
    [1, 1],
  ])('works on %i×%i', async (width, height) => {
    const line = paint({ width, height }, (x, y) => [x + y, 0, 0]);
    const { image } = await run('rotate=90', line);
    expect([image.width, image.height]).toEqual([height, width]);
    expect((await run('rotate=90/rotate=90/rotate=180', line)).image).toEqual(line);
  });

  it('comes before resizing, so that the asked size is that of the result', async () => {
    const tall = paint({ width: 20, height: 40 }, () => [1, 2, 3]);
    const { image } = await run('w=10,rotate=90', tall);
    expect([image.width, image.height]).toEqual([10, 5]);
  });
});
