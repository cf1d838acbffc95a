import { describe, expect, it } from 'vitest';
import { paint, pixelAt, run } from '../../helpers/files/pictures.ts';

const pixel = paint({ width: 1, height: 1 }, () => [40, 101, 200, 77]);

describe('brightness', () => {
  it.each([
    ['brightness=0', [0, 0, 0, 77]],
    ['brightness=0.5', [20, 50, 100, 77]],
    ['brightness=2', [80, 202, 255, 77]],
    ['brightness=10', [255, 255, 255, 77]],
  ])('%s multiplies the coded values, clamped, and leaves alpha', async (options, bytes) => {
    expect(pixelAt((await run(options, pixel)).image, 0, 0)).toEqual(bytes);
  });

  it('changes nothing at 1', async () => {
    expect((await run('brightness=1', pixel)).image).toBe(pixel);
  });

  it('does not change the given picture', async () => {
    const before = pixel.data.slice();
    await run('brightness=2', pixel);
    expect(pixel.data).toEqual(before);
  });
});
