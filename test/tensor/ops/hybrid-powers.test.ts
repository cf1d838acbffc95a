// Checks powers and slopes of roots, compared with plain arithmetic: composed on cpu, by our kernels on WASM.
import { tensor3d } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { pooled } from '../../../src/tensor/filter/coarse-grid.ts';
import { power, rootSlope } from '../../../src/tensor/ops/power.ts';
import { expectResult, listed, tensorOf, values } from './hybrid-values.ts';

describe('powers', () => {
  it.each([2.2, 1.2])(
    'of colours are right within a fortieth of a level if they are rough: %f',
    (exponent) => {
      const data = Float32Array.from(
        { length: 1003 },
        (_, i) => 1 / 2048 + (2047 / 2048) * (i / 1002),
      );
      const x = tensor3d(data, [1, 1003, 1]);
      expectResult(
        [x],
        () => pooled(x, { coarse: 1, power: { exponent, least: 1 / 2048, isRough: true } }),
        {
          shape: [1, 1003, 1],
          expected: [...data].map((v) => v ** exponent),
          tolerance: 1e-4,
        },
      );
    },
  );

  it.each([
    { shape: [8, 12, 3], coarse: 4 },
    { shape: [8, 16, 3], coarse: 8 },
    { shape: [4, 6, 3], coarse: 2 },
    { shape: [4, 8, 1], coarse: 4 },
  ] as const)('that are rough have means that are: %o', ({ shape, coarse }) => {
    const [height, width, channels] = shape;
    const x = values([height, width, channels]);
    const expected = listed([height / coarse, width / coarse, channels], (y, i, k) => {
      let sum = 0;
      for (let v = 0; v < coarse; v++) {
        for (let u = 0; u < coarse; u++) {
          sum += Math.max(1 / 2048, x.at(coarse * y + v, coarse * i + u, k)) ** 2.2;
        }
      }
      return sum / coarse ** 2;
    });
    const input = tensorOf(x);
    const power = { exponent: 2.2, least: 1 / 2048, isRough: true };
    expectResult([input], () => pooled(input, { coarse, power }), {
      shape: [height / coarse, width / coarse, channels],
      expected,
      tolerance: 5e-5,
    });
  });

  it.each([2.2, 1.2, 1 / 2.2])('are those of arithmetic, relatively: %f', (exponent) => {
    // From below the least value to 1, of more than whole vectors.
    const data = Float32Array.from({ length: 1003 }, (_, i) => 10 ** (-13 + (13 * i) / 1002));
    const x = tensor3d(data, [1, 1003, 1]);
    const y = power(x, { exponent, least: 1e-12 });
    y.dataSync().forEach((v, i) => {
      const exact = Math.max(Math.fround(1e-12), data[i] as number) ** exponent;
      expect(Math.abs(v / exact - 1)).toBeLessThan(8e-6);
    });
    x.dispose();
    y.dispose();
  });

  it('have the slope that arithmetic gives', () => {
    const y = values([3, 5, 1]);
    const goal = values([3, 5, 1], 9);
    y.data[4] = 0;
    const [a, b] = [tensorOf(y), tensorOf(goal)];
    const expected = listed([3, 5, 1], (row, x) => {
      const v = Math.max(1e-3, y.at(row, x, 0));
      const z = v ** (1 / 2.2);
      return ((z - goal.at(row, x, 0)) * z) / v;
    });
    expectResult([a, b], () => rootSlope(a, b, { exponent: 1 / 2.2, least: 1e-3 }), {
      shape: [3, 5, 1],
      expected,
      tolerance: 2e-5,
    });
  });
});
