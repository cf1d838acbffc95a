import { add, memory, mul, type Tensor3D, tensor3d, tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { arraySpace } from '../../../src/fit/array-space.ts';
import { fit } from '../../../src/fit/fit.ts';
import { type LossTerm, weightedSum } from '../../../src/fit/loss.ts';
import { lbfgs } from '../../../src/fit/optimisers/lbfgs.ts';
import { adam, gradientDescent, momentum } from '../../../src/fit/optimisers/optimisers.ts';
import type { Space } from '../../../src/fit/space.ts';
import { createLowPass } from '../../../src/tensor/filter/low-pass.ts';
import { blurredDifference } from '../../../src/tensor/ops/loss-blurred.ts';
import { sharpDifference } from '../../../src/tensor/ops/loss-sharp.ts';
import { tensorSpace } from '../../../src/tensor/ops/tensor-space.ts';

const pause = async () => {};
const values = (n: number, f: (i: number) => number): Float32Array =>
  Float32Array.from({ length: n }, (_, i) => f(i));
const start = values(24, (i) => 0.2 + (0.6 * ((i * 7) % 11)) / 11);
const goal = values(24, (i) => 0.5 + 0.4 * Math.sin(i));

type Rule = 'descent' | 'momentum' | 'adam' | 'lbfgs';
const rule = <V>(space: Space<V>, name: Rule) =>
  ({
    descent: () => gradientDescent(space, { lr: 0.1 }),
    momentum: () => momentum(space, { lr: 0.05, nesterov: true }),
    adam: () => adam(space, { lr: 0.05 }),
    lbfgs: () => lbfgs(space, { lr: 0.5 }),
  })[name]();

describe('fitting on tensors', () => {
  it.each<[Rule, 'sigmoid' | 'projection']>([
    ['descent', 'sigmoid'],
    ['momentum', 'projection'],
    ['adam', 'sigmoid'],
    ['lbfgs', 'projection'],
  ])('gives what it gives on arrays, and leaves no tensor: %s, %s', async (name, kind) => {
    const bounds = kind === 'sigmoid' ? 'sigmoid' : { min: 0, max: 0.9 };
    const onArrays: LossTerm<Float32Array> = {
      name: 'sharp',
      value: (x) => x.reduce((s, v, i) => s + (v - (goal[i] as number)) ** 2, 0),
      gradient: (x) => x.map((v, i) => 2 * (v - (goal[i] as number))),
      dispose() {},
    };
    const expected = await fit({
      space: arraySpace,
      evaluator: weightedSum(arraySpace, [[1, onArrays]]),
      optimizer: rule(arraySpace, name),
      start,
      bounds,
      steps: 12,
      pause,
    });

    const before = memory().numTensors;
    const [first, target] = [tensor3d(start, [2, 4, 3]), tensor3d(goal, [2, 4, 3])];
    const optimizer = rule<Tensor3D>(tensorSpace, name);
    const evaluator = weightedSum(tensorSpace, [[1, sharpDifference('sharp', target)]]);
    const x = await fit({
      space: tensorSpace,
      evaluator,
      optimizer,
      start: first,
      bounds,
      steps: 12,
      pause,
    });
    const got = x.dataSync();
    for (let i = 0; i < 24; i++)
      expect(Math.abs((got[i] as number) - (expected[i] as number))).toBeLessThan(1e-5);
    optimizer.dispose();
    evaluator.dispose();
    for (const t of [x, first, target]) t.dispose();
    expect(memory().numTensors).toBe(before);
  });
});

describe('loss terms', () => {
  const size = { width: 12, height: 8 };
  const picture = (seed: number): Tensor3D =>
    tensor3d(
      values(288, (i) => 0.15 + (0.7 * ((i * seed) % 101)) / 101),
      [8, 12, 3],
    );

  it.each(['sharp', 'blurred, zero borders', 'blurred, normalised borders'])(
    '%s: the gradient is that of the value',
    (kind) => {
      const target = picture(37);
      const lowPass = createLowPass({
        ...size,
        kernel: { size: 5, sigma: 1.1 },
        borders: kind.includes('zero') ? 'zero' : 'normalised',
        coarse: 1,
      });
      const term =
        kind === 'sharp'
          ? sharpDifference('t', target)
          : blurredDifference('t', target, { lowPass, scale: 1 });
      const x = picture(53);
      const gradient = term.gradient(x);
      for (const seed of [1, 2, 3]) {
        const direction = tensor3d(
          values(288, (i) => Math.sin(seed * (i + 1))),
          [8, 12, 3],
        );
        const h = 2e-3;
        const at = (t: number): number => {
          const moved = tidy(() => add(x, mul(direction, t)) as Tensor3D);
          const value = term.value(moved);
          moved.dispose();
          return value;
        };
        const numeric = (at(h) - at(-h)) / (2 * h);
        const analytic = tensorSpace.dot(gradient, direction);
        expect(Math.abs(numeric - analytic)).toBeLessThan(2e-3 * Math.max(1, Math.abs(analytic)));
        direction.dispose();
      }
      term.dispose();
      lowPass.dispose();
      for (const t of [target, x, gradient]) t.dispose();
    },
  );
});
