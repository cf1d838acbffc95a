import { getBackend } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { predictStyle } from '../../../src/nets/magenta/predictor.ts';
import { transferStyle } from '../../../src/nets/magenta/transform.ts';
import type { Rgb } from '../../../src/nets/rgb.ts';
import { noPace } from '../../../src/timing.ts';
import golden from '../../golden/fast-style.json' with { type: 'json' };
import { blob, detail } from '../../helpers/files/golden-images.ts';
import { largestDifference, rgbOf } from '../../helpers/files/rgb-pictures.ts';
import { realWeights } from '../../helpers/nets/real-weights.ts';

// Largest side in px: plain JavaScript takes seconds for larger pictures.
const largest = getBackend() === 'cpu' ? 64 : 512;

const square = (side: number) => ({ width: side, height: side });

const pixelOf = ({ width, data }: Rgb, row: number, column: number): number[] => [
  ...data.subarray(3 * (row * width + column), 3 * (row * width + column) + 3),
];

function statisticsOf({ width, height, data }: Rgb): { mean: number[]; std: number[] } {
  const over = (of: (value: number, c: number) => number): number[] => {
    const totals = [0, 0, 0];
    for (const [i, value] of data.entries()) totals[i % 3]! += of(value, i % 3);
    return totals.map((total) => total / width / height);
  };
  const mean = over((value) => value);
  return { mean, std: over((value, c) => (value - mean[c]!) ** 2).map(Math.sqrt) };
}

const [transfer, predictor] = await Promise.all(
  ['fast-style', 'fast-style-predictor'].map(realWeights),
);

describe.skipIf(!predictor)('the predictor with its real weights', () => {
  it('gives the golden picture its golden vector', async () => {
    const style = rgbOf(blob(square(256)), square(256));
    const vector = await predictStyle(style, { weights: predictor!, pace: noPace });
    expect(largestDifference(vector, golden.style_vector)).toBeLessThan(5e-5);
  });
});

describe.skipIf(!transfer)('the small transfer network with its real weights', () => {
  const paint = (side: number, vector: ArrayLike<number>) =>
    transferStyle(rgbOf(detail(square(side)), square(side)), Float32Array.from(vector), {
      weights: transfer!,
      pace: noPace,
    });

  it.each(golden.cases.filter(({ size }) => size <= largest))(
    'paints the golden picture of $size px',
    async (facts) => {
      const result = await paint(facts.size, golden.style_vector);
      for (const { row, column, rgb } of facts.pixels)
        expect(largestDifference(pixelOf(result, row, column), rgb)).toBeLessThan(2e-4);
      const { mean, std } = statisticsOf(result);
      expect(largestDifference(mean, facts.mean_rgb)).toBeLessThan(2e-5);
      expect(largestDifference(std, facts.std_rgb)).toBeLessThan(2e-5);
    },
  );

  it('paints almost nothing for a vector of zeros', async () => {
    const { mean, std } = statisticsOf(await paint(64, new Float32Array(100)));
    expect(largestDifference(mean, golden.zero_vector_64.mean_rgb)).toBeLessThan(5e-5);
    expect(largestDifference(std, golden.zero_vector_64.std_rgb)).toBeLessThan(5e-5);
  });
});
