import { describe, expect, it } from 'vitest';
import { paint, run } from '../helpers/files/pictures.ts';

const stored = paint({ width: 3, height: 2 }, (x, y) => [3 * y + x + 1, 9, 8]);

const reds = async (options: string): Promise<number[]> => {
  const { image } = await run(options, stored);
  return Array.from({ length: 6 }, (_, i) => image.data[4 * i] as number);
};

describe('flip', () => {
  it.each([
    ['flip=h', [3, 2, 1, 6, 5, 4]],
    ['flip=v', [4, 5, 6, 1, 2, 3]],
    ['flip=hv', [6, 5, 4, 3, 2, 1]],
  ])('%s mirrors pixel for pixel', async (options, pixels) => {
    expect(await reds(options)).toEqual(pixels);
  });

  it('comes before turning, as on Cloudflare, whatever the order of the keys', async () => {
    expect(await reds('rotate=90,flip=h')).toEqual([6, 3, 5, 2, 4, 1]);
    expect(await reds('flip=h/rotate=90')).toEqual([6, 3, 5, 2, 4, 1]);
    expect(await reds('rotate=90/flip=h')).toEqual([1, 4, 2, 5, 3, 6]);
  });
});
