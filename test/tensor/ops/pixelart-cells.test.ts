// The operations on the cells of pixel art, compared with plain arithmetic: composed on cpu, by our kernels on WASM.
import { tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { linearToSrgb } from '../../../src/srgb.ts';
import { bilateral } from '../../../src/tensor/ops/bilateral.ts';
import { srgbCodes } from '../../../src/tensor/ops/srgb-codes.ts';
import { standingOut } from '../../../src/tensor/ops/standing-out.ts';
import { as3d, expectClose, leavesNothing, values } from '../../helpers/nets/op-checks.ts';

describe('a bilateral filter', () => {
  it.each([
    { size: [1, 1], range: 0.1, clear: 0 },
    { size: [3, 4], range: 0.3, clear: 3 },
    { size: [7, 9], range: 1, clear: 0 },
    { size: [5, 18], range: 0.001, clear: 4 },
  ] as const)('weighs neighbours by place and colour in a picture of $size', (c) => {
    const [height, width] = c.size;
    const x = values([height, width, 3], { middle: 0.5 });
    const opacity = Float32Array.from({ length: height * width }, (_, p) =>
      c.clear > 0 && p % c.clear === 0 ? 0 : 1,
    );
    const expected = Array.from(x.data, (own, i) => {
      const p = Math.floor(i / 3);
      const [row, column] = [Math.floor(p / width), p % width];
      let [sum, total] = [own, 1];
      for (let v = Math.max(0, row - 2); v <= Math.min(height - 1, row + 2); v++) {
        for (let u = Math.max(0, column - 2); u <= Math.min(width - 1, column + 2); u++) {
          if (v === row && u === column) continue;
          const far = [0, 1, 2].map((k) => x.at(v, u, k) - x.at(row, column, k));
          const weight =
            opacity[v * width + u]! *
            Math.exp(-((v - row) ** 2 + (u - column) ** 2) / (2 * 1.5 ** 2)) *
            Math.exp(-(Math.hypot(...far) ** 2) / (2 * c.range ** 2));
          sum += weight * x.at(v, u, i % 3);
          total += weight;
        }
      }
      return sum / total;
    });
    const input = as3d(x);
    const shares = c.clear > 0 ? tensor2d(opacity, [height, width]) : undefined;
    leavesNothing([input, ...(shares ? [shares] : [])], () => {
      const result = bilateral(input, shares, { range: c.range });
      expect(result.shape).toEqual([height, width, 3]);
      expectClose(result, expected, 2e-6);
      return result;
    });
  });
});

describe('sRGB codes', () => {
  it.each([
    [1, 1, 3],
    [3, 5, 3],
    [2, 7, 4],
  ] as const)('are those of linear light for %i×%i pixels of %i values', (...shape) => {
    const x = values([...shape], { middle: 0.6 });
    const behind = [0.2, 0.5, 0.9] as const;
    const [height, width, channels] = shape;
    const expected = Array.from({ length: 3 * height * width }, (_, i) => {
      const [p, k] = [Math.floor(i / 3), i % 3];
      const light = x.data[channels * p + k]!;
      const through = channels === 4 ? (1 - x.data[4 * p + 3]!) * behind[k]! : 0;
      return linearToSrgb(Math.min(1, Math.max(0, light + through)));
    });
    const input = as3d(x);
    leavesNothing([input], () => {
      const result = srgbCodes(input, { behind });
      expect(result.shape).toEqual([height, width, 3]);
      expectClose(result, expected, 1e-4);
      return result;
    });
  });

  it('take what is no number as 0, and exceed neither 0 nor 1', () => {
    const data = Float32Array.from([Number.NaN, -2, 7, 1, 0, 1e-9]);
    const input = as3d({ shape: [1, 2, 3], data, at: () => 0 });
    const result = srgbCodes(input, { behind: [0, 0, 0] });
    expect([...result.dataSync()].slice(0, 5)).toEqual([0, 0, 1, 1, 0]);
    for (const tensor of [input, result]) tensor.dispose();
  });
});

describe('what stands out in cells', () => {
  it.each([
    [4, 4],
    [8, 12],
    [12, 20],
  ] as const)('is their weighted mean less the plain one in %i×%i pixels', (height, width) => {
    const x = values([height, width, 3], { middle: 0.5 });
    const [rows, columns] = [height / 4, width / 4];
    const pixels = (v: number, u: number): [number, number][] =>
      Array.from({ length: 16 }, (_, n) => [4 * v + Math.floor(n / 4), 4 * u + (n % 4)]);
    const meanOf = (v: number, u: number, k: number): number => {
      const [row, column] = [
        Math.min(rows - 1, Math.max(0, v)),
        Math.min(columns - 1, Math.max(0, u)),
      ];
      return pixels(row, column).reduce((sum, [j, i]) => sum + x.at(j, i, k) / 16, 0);
    };
    const around = (v: number, u: number, k: number): number => {
      let sum = 0;
      for (const [dv, a] of [
        [-1, 1],
        [0, 2],
        [1, 1],
      ] as const) {
        for (const [du, b] of [
          [-1, 1],
          [0, 2],
          [1, 1],
        ] as const) {
          sum += (a * b * meanOf(v + dv, u + du, k)) / 16;
        }
      }
      return sum;
    };
    const expected = Array.from({ length: 3 * rows * columns }, (_, i) => {
      const [k, u, v] = [i % 3, Math.floor(i / 3) % columns, Math.floor(i / 3 / columns)];
      const middle = [0, 1, 2].map((c) => around(v, u, c));
      let [sum, total] = [0, 0];
      for (const [row, column] of pixels(v, u)) {
        const far = middle.map((value, c) => x.at(row, column, c) - value);
        const weight = 0.5 / 255 + Math.hypot(...far);
        sum += weight * x.at(row, column, k);
        total += weight;
      }
      return sum / total - meanOf(v, u, k);
    });
    const input = as3d(x);
    leavesNothing([input], () => {
      const result = standingOut(input);
      expect(result.shape).toEqual([rows, columns, 3]);
      expectClose(result, expected, 2e-6);
      return result;
    });
  });

  it('is 0 for flat cells, and moves others towards the pixels that differ from their surroundings', () => {
    const data = new Float32Array(3 * 12 * 8).fill(0.6);
    for (let y = 0; y < 4; y++) data.fill(0.1, 3 * (y * 12 + 5), 3 * (y * 12 + 5) + 3);
    const input = as3d({ shape: [8, 12, 3], data, at: () => 0 });
    const result = standingOut(input);
    const shift = result.dataSync();
    // A quarter of the second cell is dark: its plain mean is 0.475.
    for (let c = 0; c < 3; c++) {
      expect(shift[3 + c]).toBeLessThan(-0.1);
      expect(shift[3 + c]).toBeGreaterThan(0.1 - 0.475);
      for (const cell of [0, 2, 3, 4, 5]) expect(Math.abs(shift[3 * cell + c]!)).toBeLessThan(1e-6);
    }
    for (const tensor of [input, result]) tensor.dispose();
  });
});
