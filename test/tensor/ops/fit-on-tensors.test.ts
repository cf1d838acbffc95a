import { memory, mul, sub, type Tensor3D, tensor3d, tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { arraySpace } from '../../../src/fit/array-space.ts';
import { fit } from '../../../src/fit/fit.ts';
import type { Evaluator } from '../../../src/fit/loss.ts';
import { lbfgs } from '../../../src/fit/optimisers/lbfgs.ts';
import { adam, gradientDescent, momentum } from '../../../src/fit/optimisers/optimisers.ts';
import type { Space } from '../../../src/fit/space.ts';
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
    const losses = () => ({ loss: 0, terms: {} });
    const onArrays: Evaluator<Float32Array> = {
      losses,
      gradient: (x) => x.map((v, i) => 2 * (v - (goal[i] as number))),
      dispose() {},
    };
    const expected = await fit({
      space: arraySpace,
      evaluator: onArrays,
      optimizer: rule(arraySpace, name),
      start,
      bounds,
      steps: 12,
      pause,
    });

    const before = memory().numTensors;
    const [first, target] = [tensor3d(start, [2, 4, 3]), tensor3d(goal, [2, 4, 3])];
    const optimizer = rule<Tensor3D>(tensorSpace, name);
    const evaluator: Evaluator<Tensor3D> = {
      losses,
      gradient: (x) => tidy(() => mul(sub(x, target), 2) as Tensor3D),
      dispose() {},
    };
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
    for (const t of [x, first, target]) t.dispose();
    expect(memory().numTensors).toBe(before);
  });
});
