import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TensorData } from '../../../src/graph/engine.ts';
import { gradients } from '../../../src/graph/gradients.ts';
import { createGraph, type Value } from '../../../src/graph/graph.ts';
import { mul } from '../../../src/graph/ops/elementwise.ts';
import { instanceNorm } from '../../../src/graph/ops/norm.ts';
import { avgPool2d, maxPool2d } from '../../../src/graph/ops/pool.ts';
import { sum } from '../../../src/graph/ops/reduce.ts';
import { resizeBilinear } from '../../../src/graph/ops/resize-bilinear.ts';
import { resizeNearest } from '../../../src/graph/ops/resize-nearest.ts';
import { relu } from '../../../src/graph/ops/unary.ts';
import {
  distance,
  expectGradient,
  forward,
  fromNhwc,
  noise,
  toNhwc,
} from '../../helpers/nets/graph-checks.ts';

const exact = { step: 1, tolerance: 1e-4 };
const extent = fc.integer({ min: 3, max: 9 });
const picture = (h: number, w: number): TensorData => noise([2, 3, h, w], h * 10 + w);

/** Values that all differ by more than the step of a finite difference. */
const distinct = (h: number, w: number): TensorData => ({
  shape: [1, 2, h, w],
  data: Float32Array.from({ length: 2 * h * w }, (_, i) => ((i * 37) % 101) / 10 - 4.95),
});

describe('avgPool2d', () => {
  it('agrees with tf.js and has a gradient, whatever is left over', async () => {
    await fc.assert(
      fc.asyncProperty(extent, extent, fc.integer({ min: 1, max: 3 }), async (h, w, size) => {
        const x = picture(h, w);
        const expected = fromNhwc(tf.avgPool(toNhwc(x), size, size, 'valid'));
        expect(distance(await forward({ x }, (v) => avgPool2d(v.x!, size)), expected)).toBeLessThan(
          1e-6,
        );
        await expectGradient({ x }, (v) => avgPool2d(v.x!, size), exact);
      }),
      { numRuns: 20 },
    );
  });
});

describe('maxPool2d', () => {
  it('agrees with tf.js and has a gradient, whatever is left over', async () => {
    await fc.assert(
      fc.asyncProperty(extent, extent, fc.integer({ min: 1, max: 3 }), async (h, w, size) => {
        const x = picture(h, w);
        const expected = fromNhwc(tf.maxPool(toNhwc(x), size, size, 'valid'));
        expect(distance(await forward({ x }, (v) => maxPool2d(v.x!, size)), expected)).toBe(0);
        const y = distinct(h, w);
        await expectGradient({ y }, (v) => maxPool2d(v.y!, size));
        await expectGradient({ y }, (v) => maxPool2d(relu(v.y!), size));
      }),
      { numRuns: 20 },
    );
  });

  const slope = async (x: TensorData, build: (x: Value) => Value): Promise<TensorData> =>
    forward({ x }, (v, graph) => {
      const y = build(v.x!);
      const weights = graph.constant(noise(y.shape, 9).data, y.shape);
      return gradients(sum(mul(y, weights)), [v.x!])[0]!;
    });

  it('passes the gradient to the first of equal values only', async () => {
    const levels = fc.array(fc.constantFrom(-1, 0, 1, 2), { minLength: 16, maxLength: 16 });
    await fc.assert(
      fc.asyncProperty(levels, async (values) => {
        const x = { shape: [1, 1, 4, 4], data: Float32Array.from(values) };
        const dy = noise([1, 1, 2, 2], 9).data;
        const expected = new Float32Array(16);
        for (let window = 0; window < 4; window += 1) {
          const corner = (window >> 1) * 8 + (window & 1) * 2;
          const places = [0, 1, 4, 5].map((offset) => corner + offset);
          const most = Math.max(...places.map((at) => values[at]!));
          expected[places.find((at) => values[at] === most)!] = dy[window]!;
        }
        expect([...(await slope(x, maxPool2d)).data].map((v) => v + 0)).toEqual([...expected]);
      }),
      { numRuns: 25 },
    );
  });

  it('after a relu masks like the relu, also if both are used', async () => {
    const x = noise([1, 2, 5, 6], 3);
    const apart = await slope(x, (v) => maxPool2d(mul(relu(v), 1.0000001)));
    expect(distance(await slope(x, (v) => maxPool2d(relu(v))), apart)).toBeLessThan(1e-6);
    const y = distinct(5, 6);
    await expectGradient({ y }, ({ y: v }) => mul(maxPool2d(relu(v!)), sum(relu(v!))));
  });

  it('names operation and shape if no window fits', () => {
    const x = createGraph().input('x', [1, 3, 1, 4]);
    expect(() => maxPool2d(x)).toThrow(
      'maxPool2d: expected windows of 1 to 1, got 2 for [1, 3, 1, 4]',
    );
  });
});

describe('resizeNearest', () => {
  it('agrees with tf.js and has a gradient', async () => {
    await fc.assert(
      fc.asyncProperty(extent, extent, fc.integer({ min: 1, max: 3 }), async (h, w, factor) => {
        const x = picture(h, w);
        const expected = fromNhwc(
          tf.image.resizeNearestNeighbor(toNhwc(x), [h * factor, w * factor]),
        );
        expect(distance(await forward({ x }, (v) => resizeNearest(v.x!, factor)), expected)).toBe(
          0,
        );
        await expectGradient({ x }, (v) => resizeNearest(v.x!, factor), exact);
      }),
      { numRuns: 12 },
    );
  });
});

describe('resizeBilinear', () => {
  it('agrees with tf.js at half-pixel centres and has a gradient, up and down', async () => {
    await fc.assert(
      fc.asyncProperty(extent, extent, extent, extent, async (h, w, height, width) => {
        const x = picture(h, w);
        const expected = fromNhwc(tf.image.resizeBilinear(toNhwc(x), [height, width], false, true));
        const got = await forward({ x }, (v) => resizeBilinear(v.x!, { height, width }));
        expect(distance(got, expected)).toBeLessThan(2e-6);
        await expectGradient({ x }, (v) => resizeBilinear(v.x!, { height, width }), exact);
      }),
      { numRuns: 25 },
    );
  });
});

describe('instanceNorm', () => {
  const x = noise([2, 3, 4, 5], 1);
  const gamma = noise([3], 2);
  const beta = noise([3], 3);

  it('agrees with tf.js', async () => {
    const got = await forward({ x, gamma, beta }, (v) => instanceNorm(v.x!, v.gamma!, v.beta!));
    const t = toNhwc(x);
    const { mean, variance } = tf.moments(t, [1, 2], true);
    const unit = tf.div(tf.sub(t, mean), tf.sqrt(tf.add(variance, 1e-5)));
    const y = tf.add(tf.mul(unit, tf.tensor1d(gamma.data)), tf.tensor1d(beta.data));
    expect(distance(got, fromNhwc(y as tf.Tensor4D))).toBeLessThan(1e-5);
  });

  it('has gradients to picture, gamma and beta', async () => {
    await expectGradient({ x, gamma, beta }, (v) => instanceNorm(v.x!, v.gamma!, v.beta!), {
      step: 0.01,
    });
  });

  it('names the shapes of gamma and beta', () => {
    const graph = createGraph();
    const value = graph.input('x', [1, 3, 4, 4]);
    const [two, three] = [graph.input('g', [2]), graph.input('b', [3])];
    expect(() => instanceNorm(value, two, three)).toThrow(
      'instanceNorm: expected gamma and beta of [3], got [2] and [3]',
    );
  });
});
