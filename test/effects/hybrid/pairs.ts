// Pairs of small pictures as tensors, and the recipe's objective on them, for tests of hybrid's fitting.
import { memory, type Tensor3D, tensor3d } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect } from 'vitest';
import { blob, detail } from '../../helpers/files/golden-images.ts';
import { paint } from '../../helpers/files/pictures.ts';
import { createObjective, type ObjectiveOptions } from '../../helpers/nets/objective.ts';

export const pause = async () => {};

/** The settings of the original recipe. */
export const recipe: ObjectiveOptions = {
  nearWeight: 0.1,
  farWeight: 1,
  kernel: { size: 15, sigma: 3 },
  borders: 'zero',
  coarse: 1,
};

/** Fails each test of the file that leaves a tensor behind. */
export function expectNoTensorsLeft(): void {
  let tensors = 0;
  beforeEach(() => {
    tensors = memory().numTensors;
  });
  afterEach(() => {
    expect(memory().numTensors).toBe(tensors);
  });
}

export type Shape = { width: number; height: number };

export const tensorOf = (rgb: ArrayLike<number>, { width, height }: Shape): Tensor3D =>
  tensor3d(
    Float32Array.from(rgb, (v) => v / 255),
    [height, width, 3],
  );

export async function withObjective<T>(
  pair: { near: Tensor3D; far: Tensor3D },
  options: ObjectiveOptions,
  use: (objective: ReturnType<typeof createObjective>) => T | Promise<T>,
): Promise<T> {
  const objective = createObjective(pair, options);
  try {
    return await use(objective);
  } finally {
    objective.dispose();
    pair.near.dispose();
    pair.far.dispose();
  }
}

export const goldenPair = (shape: Shape) => ({
  near: tensorOf(detail(shape), shape),
  far: tensorOf(blob(shape), shape),
});

export const grey = ({ width, height }: Shape): Tensor3D =>
  tensor3d(new Float32Array(3 * width * height).fill(0.5), [height, width, 3]);

/** The largest difference to the expected values. */
export const worst = (got: ArrayLike<number>, expected: readonly number[]): number =>
  expected.reduce((most, v, i) => Math.max(most, Math.abs(v - got[i]!)), 0);

/** A picture of 64×64 with waves of all directions; other phases give other pictures. */
export const photo = (phase: number) =>
  paint({ width: 64, height: 64 }, (x, y) => [
    128 + 90 * Math.sin((x + phase) / 9) * Math.cos(y / 7),
    128 + 80 * Math.cos((x * y) / 200 + phase),
    (x * 3 + y + phase) % 256,
  ]);
