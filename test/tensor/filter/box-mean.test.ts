import { describe, expect, it } from 'vitest';
import { boxMean, keptRows } from '../../../src/tensor/filter/box-mean.ts';

const value = (y: number, i: number): number => Math.sin(7 * y + 3 * i);

describe('boxMean', () => {
  it.each([
    [1, 1, 1],
    [1, 9, 2],
    [9, 1, 2],
    [2, 2, 3],
    [12, 7, 1],
  ])('is the mean of what is inside: %i×%i, radius %i', (width, height, radius) => {
    const channels = 3;
    const rows = keptRows({ length: width * channels, count: 2 * radius + 1 }, (y, out) => {
      for (let i = 0; i < out.length; i++) out[i] = value(y, i);
    });
    const mean = boxMean(rows, { width, height, channels, radius });
    const out = new Float32Array(width * channels);
    for (let y = 0; y < height; y++) {
      mean(y, out);
      for (const [i, got] of out.entries()) {
        let [sum, count] = [0, 0];
        for (let r = 0; r < height; r++) {
          for (let j = i % channels; j < out.length; j += channels) {
            if (Math.abs(r - y) > radius || Math.abs(j - i) > radius * channels) continue;
            sum += value(r, j);
            count++;
          }
        }
        expect(got).toBeCloseTo(sum / count, 5);
      }
    }
  });
});

describe('keptRows', () => {
  it('computes a row once while it is kept', () => {
    const made: number[] = [];
    const rows = keptRows({ length: 1, count: 3 }, (y, out) => {
      made.push(y);
      out[0] = y;
    });
    for (const y of [0, 1, 2, 0, 2, 3, 2, 4]) expect(rows(y)[0]).toBe(y);
    expect(made).toEqual([0, 1, 2, 3, 4]);
  });
});
