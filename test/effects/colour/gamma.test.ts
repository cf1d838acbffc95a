import { describe, expect, it } from 'vitest';
import { paint, pixelAt, run } from '../../helpers/files/pictures.ts';

const pixel = paint({ width: 1, height: 1 }, () => [0, 64, 255, 77]);

describe('gamma', () => {
  it.each([
    // 255 · (64 / 255)^gamma, by hand.
    ['gamma=2', 16],
    ['gamma=0.5', 128],
    ['gamma=0.25', 180],
  ])('%s brings level 64 to %i, and leaves black, white and alpha', async (options, level) => {
    expect(pixelAt((await run(options, pixel)).image, 0, 0)).toEqual([0, level, 255, 77]);
  });

  it('changes nothing at 1', async () => {
    expect((await run('gamma=1', pixel)).image).toBe(pixel);
  });

  it('is undone by its inverse, except for rounding', async () => {
    const ramp = paint({ width: 128, height: 1 }, (x) => [2 * x, 2 * x, 2 * x]);
    const { image } = await run('gamma=0.5/gamma=2', ramp);
    for (let x = 0; x < 128; x++) {
      expect(Math.abs((pixelAt(image, x, 0)[0] as number) - 2 * x)).toBeLessThanOrEqual(1);
    }
  });
});
