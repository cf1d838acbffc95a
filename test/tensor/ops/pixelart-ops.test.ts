// The operations of the pixel-art network, compared with plain arithmetic: composed on cpu, by our kernels on WASM.
import { describe, expect, it } from 'vitest';
import { levelsOf, median } from '../../../src/tensor/ops/median.ts';
import { sameConv } from '../../../src/tensor/ops/same-conv.ts';
import {
  as1d,
  as3d,
  as4d,
  expectClose,
  leavesNothing,
  type Values,
  values,
} from '../../helpers/nets/op-checks.ts';

type Layer = { x: Values; filter: Values; bias: Values; other: Values | undefined; slope: number };

/** The layer in double precision. */
function layerOf({ x, filter, bias, other, slope }: Layer): number[] {
  const [height, width, inputs] = x.shape as [number, number, number];
  const outputs = filter.shape[3]!;
  return Array.from({ length: height * width * outputs }, (_, i) => {
    const [c, p] = [i % outputs, Math.floor(i / outputs)];
    let sum = bias.at(c);
    for (let tap = 0; tap < 9; tap++) {
      const [row, column] = [Math.floor(tap / 3), tap % 3];
      const [at, from] = [Math.floor(p / width) + row - 1, (p % width) + column - 1];
      if (at < 0 || at >= height || from < 0 || from >= width) continue;
      for (let k = 0; k < inputs; k++) sum += x.at(at, from, k) * filter.at(row, column, k, c);
    }
    return (sum < 0 ? slope * sum : sum) + (other?.data[i] ?? 0);
  });
}

describe('a convolution with a border of zeros', () => {
  it.each([
    { size: [1, 1], inputs: 4, outputs: 8, slope: 1, adds: false },
    { size: [2, 3], inputs: 8, outputs: 8, slope: 0.1, adds: true },
    { size: [4, 4], inputs: 4, outputs: 16, slope: 1, adds: true },
    { size: [5, 17], inputs: 32, outputs: 8, slope: 0.1, adds: false },
    { size: [9, 16], inputs: 12, outputs: 24, slope: 0, adds: false },
    { size: [14, 23], inputs: 32, outputs: 32, slope: 0.1, adds: true },
  ] as const)('is what arithmetic says for $size, $inputs to $outputs', (c) => {
    const [height, width] = c.size;
    const x = values([height, width, c.inputs]);
    const filter = values([3, 3, c.inputs, c.outputs], { seed: 2 });
    const bias = values([c.outputs], { seed: 3 });
    const other = c.adds ? values([height, width, c.outputs], { seed: 4 }) : undefined;
    const expected = layerOf({ x, filter, bias, other, slope: c.slope });
    const [input, weights, offset] = [as3d(x), as4d(filter), as1d(bias)];
    const more = other && as3d(other);
    leavesNothing([input, weights, offset, ...(more ? [more] : [])], () => {
      const tensors = { filter: weights, bias: offset, other: more };
      const result = sameConv(input, tensors, { slope: c.slope });
      expect(result.shape).toEqual([height, width, c.outputs]);
      expectClose(result, expected, 2e-4);
      return result;
    });
  });
});

describe('a median', () => {
  it.each([
    { size: [1, 1], side: 7 },
    { size: [4, 16], side: 5 },
    { size: [9, 37], side: 7 },
    { size: [33, 20], side: 5 },
  ] as const)('is the middle of $side×$side levels in a picture of $size', ({ size, side }) => {
    const [height, width] = size;
    const x = values([height, width, 1], { middle: 0.5 });
    const levels = levelsOf(x.data);
    expect(Math.min(...levels)).toBeLessThan(height * width > 1 ? 20 : 256);
    const expected = Array.from(levels, (_, p) => {
      const seen: number[] = [];
      for (let j = 0; j < side * side; j++) {
        const row = Math.floor(p / width) + Math.floor(j / side) - (side >> 1);
        const column = (p % width) + (j % side) - (side >> 1);
        const inside = Math.min(height - 1, Math.max(0, row)) * width;
        seen.push(levels[inside + Math.min(width - 1, Math.max(0, column))]!);
      }
      return Math.fround(seen.toSorted((a, b) => a - b)[seen.length >> 1]! / 255);
    });
    const input = as3d(x);
    leavesNothing([input], () => {
      const result = median(input, { side });
      expect(result.shape).toEqual([height, width, 1]);
      expect(Array.from(result.dataSync())).toEqual(expected);
      return result;
    });
  });

  it('rounds halves up, clamps, and takes what is no number as 0', () => {
    // 127.5 / 255 is a half exactly.
    const values = [0.5, 1.7, -3, Number.NaN, 0.5 - 1e-7];
    for (const value of values) {
      const level = Number.isNaN(value)
        ? 0
        : Math.round(255 * Math.min(1, Math.max(0, Math.fround(value))));
      const input = as3d({ shape: [3, 3, 1], data: new Float32Array(9).fill(value), at: () => 0 });
      const result = median(input, { side: 5 });
      expect(result.dataSync()[4]).toBe(Math.fround(level / 255));
      for (const tensor of [input, result]) tensor.dispose();
    }
  });
});
