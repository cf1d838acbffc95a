// What tests of tensor operations share: values to compute with, comparison with plain arithmetic, and a count of tensors.
import {
  memory,
  type Tensor,
  type Tensor1D,
  type Tensor3D,
  type Tensor4D,
  tensor1d,
  tensor3d,
  tensor4d,
} from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

export type Values = { shape: number[]; at: (...index: number[]) => number; data: Float32Array };

/** Values around `middle` without a short period. */
export function values(shape: number[], { seed = 1, middle = 0 } = {}): Values {
  const count = shape.reduce((a, b) => a * b, 1);
  const data = Float32Array.from({ length: count }, (_, i) => middle + Math.sin(seed + 1.7 * i));
  const at = (...index: number[]): number =>
    data[index.reduce((sum, i, axis) => sum * (shape[axis] as number) + i, 0)] as number;
  return { shape, at, data };
}

/** Expects every value to be nearer to the expected one than `tolerance`. */
export function expectClose(actual: Tensor, expected: readonly number[], tolerance: number): void {
  const found = actual.dataSync<'float32'>();
  expect(found.length).toBe(expected.length);
  const worst = expected.reduce((most, v, i) => Math.max(most, Math.abs(v - (found[i] ?? NaN))), 0);
  expect(worst).toBeLessThan(tolerance);
}

export const as3d = ({ shape, data }: Values): Tensor3D =>
  tensor3d(data, shape as [number, number, number]);
export const as4d = ({ shape, data }: Values): Tensor4D =>
  tensor4d(data, shape as [number, number, number, number]);
export const as1d = ({ data }: Values): Tensor1D => tensor1d(data);

/** Frees the given tensors after `use`, and expects that no others are left. */
export function leavesNothing(tensors: readonly Tensor[], use: () => Tensor): void {
  const before = memory().numTensors - tensors.length;
  try {
    use().dispose();
  } finally {
    for (const tensor of tensors) tensor.dispose();
  }
  expect(memory().numTensors).toBe(before);
}
