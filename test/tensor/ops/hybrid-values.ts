// Values, expectations and plain arithmetic that the tests of the operations of hybrids share.
import { memory, type Tensor, type Tensor3D, tensor3d } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

export type Shape = [height: number, width: number, channels: number];
export type Values = {
  shape: Shape;
  data: Float32Array;
  at: (y: number, x: number, c: number) => number;
};

/** Values from 0 to 1 without a short period. */
export function values(shape: Shape, seed = 1): Values {
  const [height, width, channels] = shape;
  const count = height * width * channels;
  const data = Float32Array.from({ length: count }, (_, i) => 0.5 + 0.5 * Math.sin(seed + 1.7 * i));
  return { shape, data, at: (y, x, c) => data[(y * width + x) * channels + c] as number };
}

export const tensorOf = ({ shape, data }: Values): Tensor3D => tensor3d(data, shape);

/** The values that `of` gives, in the order of a tensor. */
export const listed = ([height, width, channels]: Shape, of: Values['at']): number[] =>
  Array.from({ length: height * width * channels }, (_, i) => {
    const p = Math.floor(i / channels);
    return of(Math.floor(p / width), p % width, i % channels);
  });

/** Runs `use`, compares its result, frees it and `inputs`, and expects that nothing else is left. */
export function expectResult(
  inputs: readonly Tensor[],
  use: () => Tensor,
  { shape, expected, tolerance }: { shape: number[]; expected: number[]; tolerance: number },
): void {
  const before = memory().numTensors - inputs.length;
  const result = use();
  const found = result.dataSync();
  expect(result.shape).toEqual(shape);
  const worst = expected.reduce((most, v, i) => Math.max(most, Math.abs(v - (found[i] ?? NaN))), 0);
  expect(worst).toBeLessThanOrEqual(tolerance);
  for (const tensor of [result, ...inputs]) tensor.dispose();
  expect(memory().numTensors).toBe(before);
}

/** The values of a tensor. */
export function valuesOf(tensor: Tensor3D): Values {
  const shape = tensor.shape as Shape;
  const data = tensor.dataSync<'float32'>().slice();
  return { shape, data, at: (y, x, c) => data[(y * shape[1] + x) * shape[2] + c] as number };
}

export const mirrored = (i: number, length: number): number =>
  i < length ? i : 2 * length - 1 - i;

export const bytes = (height: number, width: number) => {
  const data = Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) => (i * 89 + 7) % 256);
  return { width, height, data };
};
/** A line between its samples by cubics; outside, it goes on as inside, turned around its ends. */
export function lineAt(length: number, place: number, at: (i: number) => number): number {
  const inside = (i: number) => Math.min(length - 1, Math.max(0, i));
  const sample = (i: number): number => 2 * at(inside(i)) - at(inside(2 * inside(i) - i));
  const second = Math.floor(place);
  const t = place - second;
  const [a, b, c, d] = [-1, 0, 1, 2].map((k) => sample(second + k)) as [
    number,
    number,
    number,
    number,
  ];
  // Catmull and Rom's cubic, made a little sharper.
  const cubic = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  return cubic + (3 / 64) * t * (1 - t) * (b + c - a - d);
}

/** The grid between its middles. */
export const enlarged =
  ({ shape: [height, width], at }: Values, coarse: number): Values['at'] =>
  (y, x, k) => {
    const [v, u] = [y, x].map((i) => (i + 0.5) / coarse - 0.5) as [number, number];
    return lineAt(height, v, (j) => lineAt(width, u, (i) => at(j, i, k)));
  };
