import { getBackend } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { predictStyle } from '../../../src/nets/magenta/predictor.ts';
import { transferStyleSeparable } from '../../../src/nets/magenta/separable.ts';
import { transferStyle } from '../../../src/nets/magenta/transform.ts';
import type { Rgb } from '../../../src/nets/rgb.ts';
import { noPace } from '../../../src/pace.ts';
import golden from '../../golden/fast-style.json' with { type: 'json' };
import { blob, detail } from '../../helpers/files/golden-images.ts';
import { largestDifference, rgbOf } from '../../helpers/files/rgb-pictures.ts';
import { realWeights } from '../../helpers/nets/real-weights.ts';

// Plain JavaScript takes seconds for what is larger.
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

const [transfer, predictor, large] = await Promise.all(
  ['fast-style', 'fast-style-predictor', 'fast-style-large'].map(realWeights),
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

// By the graph model itself, in float32; pixels at the first, middle and last place of the diagonal.
const cards = [
  {
    side: 64,
    mean: [0.65743, 0.4117, 0.51378],
    diagonal: [
      [0.58345, 0.44984, 0.54864],
      [0.64123, 0.4492, 0.50588],
      [0.60191, 0.4707, 0.55053],
    ],
  },
  {
    side: 256,
    mean: [0.65739, 0.41173, 0.51474],
    diagonal: [
      [0.58902, 0.42098, 0.54149],
      [0.64679, 0.4524, 0.56202],
      [0.60259, 0.46414, 0.53281],
    ],
  },
  {
    side: 512,
    mean: [0.65739, 0.41166, 0.51519],
    diagonal: [
      [0.58606, 0.41261, 0.53775],
      [0.6464, 0.45441, 0.54825],
      [0.59831, 0.45966, 0.52394],
    ],
  },
];

const card = (side: number): Rgb => ({
  ...square(side),
  data: Float32Array.from({ length: 3 * side * side }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side)];
    return [x / (side - 1), y / (side - 1), ((x + y) % 16) / 15][i % 3]!;
  }),
});

describe.skipIf(!large)('the larger transfer network with its real weights', () => {
  const waves = Float32Array.from({ length: 100 }, (_, i) => Math.sin(i));
  const paint = (side: number, vector: Float32Array) =>
    transferStyleSeparable(card(side), vector, { weights: large!, pace: noPace });

  it.each(cards.filter(({ side }) => side <= largest))(
    'paints the test card of $side px',
    async ({ side, mean, diagonal }) => {
      const result = await paint(side, waves);
      expect(largestDifference(statisticsOf(result).mean, mean)).toBeLessThan(2e-5);
      for (const [i, at] of [0, side / 2, side - 1].entries())
        expect(largestDifference(pixelOf(result, at, at), diagonal[i]!)).toBeLessThan(2e-4);
    },
  );

  it('paints a test card without a style', async () => {
    const { mean } = statisticsOf(await paint(64, new Float32Array(100)));
    expect(largestDifference(mean, [0.50353, 0.49623, 0.50391])).toBeLessThan(2e-5);
  });
});
