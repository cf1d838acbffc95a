// Checks that each EXIF orientation moves every pixel to its place.
import { describe, expect, it } from 'vitest';
import { orient } from '../../src/codecs/orient.ts';
import type { Image } from '../../src/image.ts';
import { noPace } from '../../src/timing.ts';
import { makeImage } from '../helpers/files/make-image-files.ts';

const stored = makeImage(3, 2, (x, y) => [y * 3 + x + 1, 10 + x, 20 + y, 30 + x]);

/** The picture as rows of its red values. */
function reds({ width, height, data }: Image): number[][] {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => data[4 * (y * width + x)] as number),
  );
}

describe('orient', () => {
  it.each([
    [
      2,
      [
        [3, 2, 1],
        [6, 5, 4],
      ],
    ],
    [
      3,
      [
        [6, 5, 4],
        [3, 2, 1],
      ],
    ],
    [
      4,
      [
        [4, 5, 6],
        [1, 2, 3],
      ],
    ],
    [
      5,
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    ],
    [
      6,
      [
        [4, 1],
        [5, 2],
        [6, 3],
      ],
    ],
    [
      7,
      [
        [6, 3],
        [5, 2],
        [4, 1],
      ],
    ],
    [
      8,
      [
        [3, 6],
        [2, 5],
        [1, 4],
      ],
    ],
  ])('moves the pixels for orientation %i', async (orientation, expected) => {
    expect(reds(await orient(stored, orientation, noPace))).toEqual(expected);
  });

  it('keeps all four channels of a pixel together', async () => {
    const { data } = await orient(stored, 6, noPace);
    expect([...data.slice(0, 8)]).toEqual([4, 10, 21, 30, 1, 10, 20, 30]);
  });

  it('returns the same object for orientation 1', async () => {
    expect(await orient(stored, 1, noPace)).toBe(stored);
  });

  it('does not change the stored picture', async () => {
    const before = [...stored.data];
    await orient(stored, 7, noPace);
    expect([...stored.data]).toEqual(before);
  });

  it('works on pixels that are not aligned to four bytes', async () => {
    const shifted = new Uint8ClampedArray(stored.data.length + 1).subarray(1);
    shifted.set(stored.data);
    const { data } = await orient({ ...stored, data: shifted }, 3, noPace);
    expect([...data]).toEqual([...(await orient(stored, 3, noPace)).data]);
  });

  it.each([0, 9, 1.5, Number.NaN])('refuses the orientation %d', async (orientation) => {
    await expect(orient(stored, orientation, noPace)).rejects.toThrow(RangeError);
  });
});
