// Checks the blur of hybrids, compared with plain arithmetic: composed on cpu, by our kernels on WASM.
import { describe, it } from 'vitest';
import { blurred, gaussianKernel, tapsFor } from '../../../src/tensor/filter/gaussian.ts';
import { expectResult, listed, type Shape, tensorOf, values } from './hybrid-values.ts';

describe('a blur', () => {
  it.each([
    { shape: [9, 11, 3], size: 5, normalise: 'none' },
    { shape: [9, 11, 3], size: 5, normalise: 'after' },
    { shape: [9, 11, 3], size: 5, normalise: 'before' },
    { shape: [3, 2, 3], size: 15, normalise: 'after' },
    { shape: [20, 33, 1], size: 7, normalise: 'none' },
    { shape: [1, 1, 1], size: 1, normalise: 'after' },
    // Of so many taps, odd rows and columns are interpolated.
    { shape: [41, 46, 3], size: 19, normalise: 'none' },
    { shape: [64, 80, 3], size: 25, normalise: 'after' },
    { shape: [30, 33, 2], size: 19, normalise: 'before' },
    { shape: [2, 1, 1], size: 21, normalise: 'after' },
    { shape: [40, 32, 1], size: 23, normalise: 'after', isExact: true },
    { shape: [9, 11, 3], size: 5, normalise: 'after', isReflected: true },
    { shape: [40, 32, 1], size: 23, normalise: 'after', isReflected: true },
  ] as const)('of $size taps is what arithmetic says for $shape, normalised $normalise', (c) => {
    const [height, width, channels] = c.shape;
    const x = values([height, width, channels]);
    const taps = gaussianKernel({ size: c.size, sigma: c.size / 5 });
    const isReflected = 'isReflected' in c;
    const attrs = { taps, normalise: c.normalise, isExact: 'isExact' in c, isReflected };
    const isExact = attrs.isExact || c.size < 19;
    const weight = (i: number, j: number): number => {
      const at = (place: number): number => taps[j - place + (c.size - 1) / 2] ?? 0;
      if (isExact || i % 2 === 0) return at(i);
      return (147 * (at(i - 1) + at(i + 1)) - 19 * (at(i - 3) + at(i + 3))) / 256;
    };
    /** For each place the places that have a weight in its sum, with their weights, and the sum of these. */
    const axis = (length: number) =>
      Array.from({ length }, (_, i) => {
        const all = Array.from({ length }, (_, j) => ({ j, w: weight(i, j) }));
        return {
          parts: all.filter(({ w }) => w !== 0),
          sum: all.reduce((sum, { w }) => sum + w, 0),
        };
      });
    const [rows, columns] = [axis(height), axis(width)];
    const share = (y: number, i: number): number => rows[y]!.sum * columns[i]!.sum;
    const expected = listed([height, width, channels], (y, i, k) => {
      let sum = 0;
      for (const { j: v, w: a } of rows[y]!.parts) {
        for (const { j: u, w: b } of columns[i]!.parts) {
          sum += (a * b * x.at(v, u, k)) / (c.normalise === 'before' ? share(v, u) : 1);
        }
      }
      const blur = c.normalise === 'after' ? sum / share(y, i) : sum;
      return isReflected ? 2 * x.at(y, i, k) - blur : blur;
    });
    const input = tensorOf(x);
    expectResult([input], () => blurred(input, attrs), {
      shape: [height, width, channels],
      expected,
      tolerance: 3e-6,
    });
  });

  it.each([3, 4, 6])('of sigma %i is that of a Gaussian, nearly', (sigma) => {
    const shape: Shape = [48, 61, 3];
    const input = tensorOf(values(shape));
    const taps = gaussianKernel({ size: tapsFor(sigma), sigma });
    const exact = blurred(input, { taps, normalise: 'after', isExact: true });
    const expected = [...exact.dataSync()];
    exact.dispose();
    expectResult([input], () => blurred(input, { taps, normalise: 'after' }), {
      shape: [...shape],
      expected,
      tolerance: 0.004,
    });
  });
});
