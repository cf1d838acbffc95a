// Adjoints of a network's layers, by their law: ⟨A x, y⟩ = ⟨x, Aᵀ y⟩.
import { cast, greater, memory, mul, ones, sum, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maxPoolAdjoint, reluConvAdjoint, turnedFilter } from '../../../src/tensor/ops/adjoints.ts';
import { reflectConv } from '../../../src/tensor/ops/reflect-conv.ts';
import { as3d, as4d, type Values, values } from '../../helpers/nets/op-checks.ts';

const product = (a: Tensor3D, b: Tensor3D): number => sum(mul(a, b)).dataSync()[0]!;
const of = (shape: number[], data: ArrayLike<number>): Values => ({
  ...values(shape),
  data: Float32Array.from(data),
});

let before = 0;
beforeEach(() => {
  before = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(before));

describe('the adjoint of a rectified convolution with a mirrored border', () => {
  it.each([
    { size: [6, 8], inputs: 16, outputs: 16 },
    { size: [7, 9], inputs: 16, outputs: 32 },
    { size: [2, 3], inputs: 24, outputs: 16 },
  ] as const)('fulfils the law for $size, $inputs to $outputs', ({ size, inputs, outputs }) => {
    tidy(() => {
      const filter = values([3, 3, inputs, outputs]);
      const back = turnedFilter(filter.data, { inputs, outputs });
      const turned = as4d(of([3, 3, outputs, inputs], back));
      const [x, dy] = [
        as3d(values([...size, inputs])),
        as3d(values([...size, outputs], { seed: 2 })),
      ];
      const open = ones([...size, outputs]) as Tensor3D;
      const forward = reflectConv(x, as4d(filter), undefined, { stride: 1, relu: false });
      const [left, right] = [product(forward, dy), product(x, reluConvAdjoint(dy, open, turned))];
      expect(Math.abs(left - right)).toBeLessThan(1e-3 * (Math.abs(left) + 1));
      // Where the result was not positive, nothing passes.
      const gate = as3d(values([...size, outputs], { seed: 3 }));
      const masked = mul<Tensor3D>(dy, cast(greater(gate, 0), 'float32'));
      const through = reluConvAdjoint(dy, gate, turned).dataSync();
      const expected = reluConvAdjoint(masked, open, turned).dataSync();
      for (const [i, value] of through.entries()) expect(value).toBeCloseTo(expected[i]!, 3);
    });
  });
});

describe('the adjoint of the largest of 2×2 values', () => {
  it('gives each value to the first largest, and nothing to odd rows and columns', () => {
    tidy(() => {
      const x = as3d(of([3, 5, 1], [1, 4, 2, 2, 9, 3, 0, 2, 2, 9, 9, 9, 9, 9, 9]));
      const back = maxPoolAdjoint(x, as3d(of([1, 2, 1], [5, 7])));
      expect([...back.dataSync()]).toEqual([0, 5, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    });
  });
});
