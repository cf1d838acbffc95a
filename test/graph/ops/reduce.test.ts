import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TensorData } from '../../../src/graph/engine.ts';
import { createGraph } from '../../../src/graph/graph.ts';
import { gram, matMul } from '../../../src/graph/ops/matmul.ts';
import { mean } from '../../../src/graph/ops/mean.ts';
import { sum } from '../../../src/graph/ops/reduce.ts';
import {
  distance,
  expectGradient,
  forward,
  fromTf,
  noise,
  toTf,
} from '../../helpers/nets/graph-checks.ts';

const exact = { step: 1, tolerance: 1e-4 };

describe.each([
  ['sum', sum, tf.sum],
  ['mean', mean, tf.mean],
] as const)('%s', (_, ours, theirs) => {
  const x = noise([2, 3, 4, 5], 1);
  const anyAxes = fc.subarray([0, 1, 2, 3], { minLength: 1 });

  it('agrees with tf.js over any axes and has a gradient', async () => {
    await fc.assert(
      fc.asyncProperty(anyAxes, fc.boolean(), async (axes, keepDims) => {
        const got = await forward({ x }, (v) => ours(v.x!, { axes, keepDims }));
        expect(distance(got, fromTf(theirs(toTf(x), axes, keepDims)))).toBeLessThan(1e-5);
        await expectGradient({ x }, (v) => ours(v.x!, { axes, keepDims }), exact);
      }),
      { numRuns: 12 },
    );
  });

  it('reduces all axes by default', async () => {
    const got = await forward({ x }, (v) => ours(v.x!));
    expect(distance(got, fromTf(theirs(toTf(x))))).toBeLessThan(1e-5);
  });
});

describe('matMul', () => {
  const n = fc.integer({ min: 1, max: 5 });
  // Batch shapes of a, of b and of the product.
  const batches = fc.constantFrom<[number[], number[], number[]]>(
    [[], [], []],
    [[2], [2], [2]],
    [[2], [], [2]],
    [[3, 1], [2], [3, 2]],
  );

  it('agrees with tf.js for all batches and transpositions, and has gradients', async () => {
    await fc.assert(
      fc.asyncProperty(
        n,
        n,
        n,
        batches,
        fc.boolean(),
        fc.boolean(),
        async (m, k, l, [left, right, batch], transposeA, transposeB) => {
          const a = noise([...left, ...(transposeA ? [k, m] : [m, k])], 1);
          const b = noise([...right, ...(transposeB ? [l, k] : [k, l])], 2);
          const got = await forward({ a, b }, (v) =>
            matMul(v.a!, v.b!, { transposeA, transposeB }),
          );
          const wide = (x: TensorData): tf.Tensor =>
            tf.broadcastTo(toTf(x), [...batch, ...x.shape.slice(-2)]);
          const expected = tf.matMul(wide(a), wide(b), transposeA, transposeB);
          expect(distance(got, fromTf(expected))).toBeLessThan(1e-5);
          await expectGradient(
            { a, b },
            (v) => matMul(v.a!, v.b!, { transposeA, transposeB }),
            exact,
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('names operation and shapes', () => {
    const graph = createGraph();
    const [a, b] = [graph.input('a', [2, 3]), graph.input('b', [2, 4])];
    expect(() => matMul(a, b)).toThrow(
      'matMul: expected matching inner axes, got [2, 3] and [2, 4]',
    );
    expect(() => matMul(a, b, { transposeB: true })).toThrow('[2, 3] and [2, 4]ᵀ');
    expect(() => matMul(a, graph.input('c', [3]))).toThrow('matMul: expected matrices, got [3]');
  });
});

describe('gram', () => {
  const x = noise([4, 30], 1);

  it('is x · xᵀ, with its gradient', async () => {
    const both = await forward({ x }, (v) => matMul(v.x!, v.x!, { transposeB: true }));
    expect(distance(await forward({ x }, (v) => gram(v.x!)), both)).toBe(0);
    await expectGradient({ x }, (v) => gram(v.x!));
  });
});
