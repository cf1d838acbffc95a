// What the pixel-art network sees, compared with plain arithmetic: composed on cpu, by our kernels on WASM.
import { describe, expect, it } from 'vitest';
import { cellPixels } from '../../../src/tensor/cells/cell-pixels.ts';
import { channelSum } from '../../../src/tensor/colour/channel-sum.ts';
import { as3d, expectClose, leavesNothing, values } from '../../helpers/nets/op-checks.ts';

describe('a weighted sum of channels', () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 5],
    [1, 18],
  ] as const)('is one value for each of %i×%i pixels', (height, width) => {
    const x = values([height, width, 3], { middle: 0.5 });
    const weights = [0.2, 1.3, -0.7] as const;
    const expected = Array.from({ length: height * width }, (_, p) =>
      weights.reduce((sum, weight, c) => sum + weight * x.data[3 * p + c]!, 0),
    );
    const input = as3d(x);
    leavesNothing([input], () => {
      const result = channelSum(input, { weights });
      expect(result.shape).toEqual([height, width, 1]);
      expectClose(result, expected, 1e-6);
      return result;
    });
  });
});

describe('the pixels of cells', () => {
  it.each([
    { size: [1, 1], detail: 1 },
    { size: [2, 3], detail: 0.4 },
    { size: [3, 1], detail: 0 },
  ] as const)(
    'are channels without the mean of what is seen, $size cells at detail $detail',
    (c) => {
      const [rows, columns] = c.size;
      const raw = values([4 * rows, 4 * columns, 1], { middle: 0.5 });
      const smooth = values([4 * rows, 4 * columns, 1], { seed: 2, middle: 0.3 });
      const expected: number[] = [];
      for (let cell = 0; cell < rows * columns; cell++) {
        const pixels = Array.from({ length: 16 }, (_, k): [number, number, number] => [
          4 * Math.floor(cell / columns) + Math.floor(k / 4),
          4 * (cell % columns) + (k % 4),
          0,
        ]);
        const calm = pixels.map((place) => smooth.at(...place));
        const seen = pixels.map((place, k) => calm[k]! + c.detail * (raw.at(...place) - calm[k]!));
        const mean = seen.reduce((sum, value) => sum + value, 0) / 16;
        expected.push(...[...seen, ...calm].map((value) => value - mean));
      }
      const inputs = { raw: as3d(raw), smooth: as3d(smooth) };
      leavesNothing(Object.values(inputs), () => {
        const result = cellPixels(inputs, { detail: c.detail });
        expect(result.shape).toEqual([rows, columns, 32]);
        expectClose(result, expected, 1e-6);
        return result;
      });
    },
  );
});
