import { describe, expect, it } from 'vitest';
import { paint, pixelAt, run } from '../../helpers/files/pictures.ts';

const pixel = paint({ width: 1, height: 1 }, () => [28, 128, 177, 77]);

describe('contrast', () => {
  it.each([
    ['contrast=0', [128, 128, 128, 77]],
    ['contrast=0.5', [78, 128, 152, 77]],
    // 127.5 + 2 · (v − 127.5): −71.5, 128.5, 226.5; halves are rounded to even.
    ['contrast=2', [0, 128, 226, 77]],
    ['contrast=10', [0, 132, 255, 77]],
  ])('%s spreads the coded values around mid grey', async (options, bytes) => {
    expect(pixelAt((await run(options, pixel)).image, 0, 0)).toEqual(bytes);
  });

  it('changes nothing at 1', async () => {
    expect((await run('contrast=1', pixel)).image).toBe(pixel);
  });
});
