// Checks the coarse grid of hybrids, compared with plain arithmetic: composed on cpu, by our kernels on WASM.
import { tidy } from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { halved, pooled, pooledPixels, spread } from '../../../src/tensor/filter/coarse-grid.ts';
import { pixelsOf, unpacked } from '../../../src/tensor/ops/packed-pixels.ts';
import { pull } from '../../../src/tensor/ops/pull.ts';
import {
  bytes,
  enlarged,
  expectResult,
  listed,
  type Shape,
  tensorOf,
  values,
} from './hybrid-values.ts';

describe('a coarse grid', () => {
  it.each([
    { shape: [4, 6, 3], coarse: 2, exponent: 1 },
    { shape: [6, 9, 3], coarse: 3, exponent: 2.2 },
    { shape: [8, 4, 1], coarse: 4, exponent: 2.2 },
    { shape: [8, 12, 4], coarse: 4, exponent: 1 },
    { shape: [5, 3, 3], coarse: 1, exponent: 2.2 },
    { shape: [3, 5, 1], coarse: 1, exponent: 1 },
  ] as const)('has means over squares of $coarse for $shape, to the power of $exponent', (c) => {
    const { coarse, exponent } = c;
    const [height, width, channels] = c.shape;
    const x = values([height, width, channels]);
    const shape: Shape = [height / coarse, width / coarse, channels];
    const expected = listed(shape, (y, i, k) => {
      let sum = 0;
      for (let v = 0; v < coarse; v++) {
        for (let u = 0; u < coarse; u++) sum += x.at(coarse * y + v, coarse * i + u, k) ** exponent;
      }
      return sum / coarse ** 2;
    });
    const input = tensorOf(x);
    const power = exponent === 1 ? undefined : { exponent, least: 1e-12 };
    expectResult([input], () => pooled(input, { coarse, power }), {
      shape,
      expected,
      tolerance: 1e-6,
    });
  });

  it.each([
    { size: [4, 6], channels: 3, isGrey: false, coarse: 2, exponent: 1 },
    { size: [6, 9], channels: 3, isGrey: false, coarse: 3, exponent: 2.2 },
    { size: [4, 10], channels: 1, isGrey: true, coarse: 2, exponent: 1 },
    { size: [4, 16], channels: 1, isGrey: true, coarse: 2, exponent: 1 },
    { size: [6, 12], channels: 3, isGrey: false, coarse: 2, exponent: 1 },
    { size: [8, 12], channels: 3, isGrey: false, coarse: 4, exponent: 2.2 },
    { size: [3, 7], channels: 3, isGrey: true, coarse: 1, exponent: 2.2 },
  ] as const)('has means of packed pixels: %o', ({ size, channels, isGrey, coarse, exponent }) => {
    const image = bytes(size[0], size[1]);
    const reading = { channels, isGrey };
    const power = exponent === 1 ? undefined : { exponent, least: 1e-12 };
    const pixels = pixelsOf(image);
    const plain = tidy(() => pooled(unpacked(pixels, reading), { coarse, power }));
    const [expected, shape] = [[...plain.dataSync()], plain.shape];
    plain.dispose();
    expectResult([pixels], () => pooledPixels(pixels, { ...reading, coarse, power }), {
      shape,
      expected,
      tolerance: 1e-6,
    });
  });

  it.each([
    [2, 2, 1],
    [4, 6, 3],
    [6, 10, 2],
    [8, 2, 6],
  ] as const)('is halved by weights of 1, 3, 3 and 1: [%i, %i, %i]', (height, width, channels) => {
    const x = values([height, width, channels]);
    const parts = (i: number, length: number) =>
      [1, 3, 3, 1]
        .map((weight, k) => ({ weight, at: 2 * i - 1 + k }))
        .filter(({ at }) => at >= 0 && at < length);
    const shape: Shape = [height / 2, width / 2, channels];
    const expected = listed(shape, (y, i, k) => {
      let [sum, total] = [0, 0];
      for (const down of parts(y, height)) {
        for (const across of parts(i, width)) {
          sum += down.weight * across.weight * x.at(down.at, across.at, k);
          total += down.weight * across.weight;
        }
      }
      return sum / total;
    });
    const input = tensorOf(x);
    expectResult([input], () => halved(input), { shape, expected, tolerance: 1e-6 });
  });

  const grids = [
    { grid: [1, 1, 3], coarse: 2 },
    { grid: [3, 4, 3], coarse: 2 },
    { grid: [4, 3, 1], coarse: 3 },
    { grid: [2, 5, 3], coarse: 5 },
    { grid: [5, 3, 3], coarse: 1 },
    { grid: [2, 3, 1], coarse: 1 },
  ] as const;

  it.each(grids)('is added to a picture: $grid, $coarse times as large', ({ grid, coarse }) => {
    const [height, width, channels] = grid;
    const coarseValues = values([height, width, channels]);
    const shape: Shape = [coarse * height, coarse * width, channels];
    const base = values(shape, 5);
    const part = enlarged(coarseValues, coarse);
    const [g, b] = [tensorOf(coarseValues), tensorOf(base)];
    expectResult([b], () => spread(g, b, { coarse, factor: 0.7 }), {
      shape,
      expected: listed(shape, (y, x, k) => base.at(y, x, k) + 0.7 * part(y, x, k)),
      tolerance: 1e-6,
    });
    expectResult([g], () => spread(g, undefined, { coarse, factor: -2 }), {
      shape,
      expected: listed(shape, (y, x, k) => -2 * part(y, x, k)),
      tolerance: 1e-6,
    });
  });

  it.each(grids)('pulls a picture: $grid, $coarse times as large', ({ grid, coarse }) => {
    const [height, width, channels] = grid;
    const coarseValues = values([height, width, channels]);
    const shape: Shape = [coarse * height, coarse * width, channels];
    const [x, target] = [values(shape, 5), values(shape, 6)];
    const part = enlarged(coarseValues, coarse);
    const tensors = { x: tensorOf(x), target: tensorOf(target), grid: tensorOf(coarseValues) };
    const attrs = {
      coarse,
      power: { exponent: 1.2, least: 1e-12 },
      keep: 0.9,
      far: -0.5,
      near: 0.3,
    };
    expectResult(
      Object.values(tensors),
      () => pull(tensors, { ...attrs, range: { low: 0.1, high: 0.6 } }),
      {
        shape,
        expected: listed(shape, (y, i, k) => {
          const v = x.at(y, i, k);
          const sum = 0.9 * v - 0.5 * v ** 1.2 * part(y, i, k) + 0.3 * (v - target.at(y, i, k));
          return Math.min(0.6, Math.max(0.1, sum));
        }),
        tolerance: 1e-6,
      },
    );
  });
});
