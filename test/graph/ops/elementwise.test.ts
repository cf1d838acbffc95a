import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TensorData } from '../../../src/graph/engine.ts';
import { gradients } from '../../../src/graph/gradients.ts';
import { createGraph, type Value } from '../../../src/graph/graph.ts';
import { cast } from '../../../src/graph/ops/cast.ts';
import {
  clip,
  greater,
  greaterOrEqual,
  maximum,
  minimum,
  where,
} from '../../../src/graph/ops/compare.ts';
import { add, div, mul, type Operand, square, sub } from '../../../src/graph/ops/elementwise.ts';
import { sum } from '../../../src/graph/ops/reduce.ts';
import * as unary from '../../../src/graph/ops/unary.ts';
import {
  distance,
  expectGradient,
  forward,
  fromTf,
  moved,
  noise,
  toTf,
} from '../../helpers/nets/graph-checks.ts';

type Binary = (a: Operand, b: Operand) => Value;
const binaries: [string, Binary, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor][] = [
  ['add', add, tf.add],
  ['sub', sub, tf.sub],
  ['mul', mul, tf.mul],
  ['div', div, tf.div],
  ['maximum', maximum, tf.maximum],
  ['minimum', minimum, tf.minimum],
];

/** Two shapes that broadcast: axes have the length 1 or are left out at random. */
const anyShapes = fc
  .array(fc.record({ n: fc.integer({ min: 1, max: 4 }), a: fc.boolean(), b: fc.boolean() }), {
    maxLength: 4,
  })
  .chain((axes) =>
    fc
      .nat({ max: axes.length })
      .map((dropped): [number[], number[]] => [
        axes.map(({ n, a }) => (a ? n : 1)),
        axes.map(({ n, b }) => (b ? n : 1)).slice(dropped),
      ]),
  );

describe.each(binaries)('%s', (_, ours, theirs) => {
  it('agrees with tf.js for all shapes that broadcast', async () => {
    await fc.assert(
      fc.asyncProperty(anyShapes, async ([left, right]) => {
        const a = noise(left, 1);
        const b = moved(noise(right, 2), 1, 2.5);
        const got = await forward({ a, b }, (v) => ours(v.a!, v.b!));
        expect(distance(got, fromTf(theirs(toTf(a), toTf(b))))).toBeLessThan(1e-6);
      }),
      { numRuns: 25 },
    );
  });

  it('has gradients that sum over repeated axes', async () => {
    await fc.assert(
      fc.asyncProperty(anyShapes, async ([left, right]) => {
        // At least 0.3 apart, so that no finite difference crosses a corner of maximum.
        const a = moved(noise(left, 1), 0.3, 2);
        const b = moved(noise(right, 2), 0.3, left.length % 2 ? 3 : 1);
        await expectGradient({ a, b }, (v) => ours(v.a!, v.b!));
      }),
      { numRuns: 15 },
    );
  });

  it('names operation and shapes when they do not broadcast', () => {
    const graph = createGraph();
    expect(() => ours(graph.input('a', [2, 3]), graph.input('b', [2]))).toThrow(
      /^\w+: expected shapes that broadcast, got \[2, 3\] and \[2\]$/,
    );
  });
});

const asIs = noise([3, 5], 3);
// Further from the corners than any step of a finite difference.
const apart: TensorData = { shape: [3, 5], data: asIs.data.map((v) => v + Math.sign(v) * 0.2) };
const positive = moved(asIs, 0.4, 1);

const unaries: [string, (x: Value) => Value, (x: tf.Tensor) => tf.Tensor, TensorData][] = [
  ['relu', unary.relu, tf.relu, apart],
  ['leakyRelu', (x) => unary.leakyRelu(x, 0.1), (x) => tf.leakyRelu(x, 0.1), apart],
  ['neg', unary.neg, tf.neg, asIs],
  ['sqrt', unary.sqrt, tf.sqrt, positive],
  ['abs', unary.abs, tf.abs, apart],
  ['sign', unary.sign, tf.sign, apart],
  ['square', square, tf.square, asIs],
  ['exp', unary.exp, tf.exp, asIs],
  ['log', unary.log, tf.log, positive],
  ['sigmoid', unary.sigmoid, tf.sigmoid, asIs],
  ['tanh', unary.tanh, tf.tanh, asIs],
  ['clip', (x) => clip(x, -0.15, 0.15), (x) => tf.clipByValue(x, -0.15, 0.15), apart],
  [
    'greater',
    (x) => where(greater(x, 0.1), 1, x),
    (x) => tf.where(tf.greater(x, 0.1), 1, x),
    apart,
  ],
  ['twice', (x) => mul(mul(x, 2), 3), (x) => tf.mul(x, 6), asIs],
  ['reciprocal', (x) => div(2, x), (x) => tf.div(2, x), positive],
];

describe.each(unaries)('%s', (_, ours, theirs, x) => {
  it('agrees with tf.js', async () => {
    const got = await forward({ x }, (v) => ours(v.x!));
    expect(distance(got, fromTf(theirs(toTf(x))))).toBeLessThan(1e-5);
  });

  it('has a gradient', () => expectGradient({ x }, (v) => ours(v.x!)));
});

describe('at points without a derivative', () => {
  const zero: TensorData = { shape: [2], data: Float32Array.of(0, 0) };
  const slopeAtZero = async (build: (x: Value) => Value): Promise<number[]> => {
    const got = await forward({ x: zero }, ({ x }) => gradients(sum(build(x!)), [x!])[0]!);
    return [...got.data];
  };

  it('relu and abs have the slope 0', async () => {
    expect(await slopeAtZero(unary.relu)).toEqual([0, 0]);
    expect(await slopeAtZero(unary.abs)).toEqual([0, 0]);
  });

  it('the gradient of equal values goes to the first one only', async () => {
    expect(await slopeAtZero((x) => maximum(x, mul(x, 3)))).toEqual([1, 1]);
    expect(await slopeAtZero((x) => minimum(mul(x, 3), x))).toEqual([3, 3]);
    expect(await slopeAtZero((x) => clip(x, 0, 1))).toEqual([1, 1]);
  });
});

describe('where', () => {
  const a = noise([2, 1, 3], 1);
  const b = noise([4, 1], 2);
  const m = noise([4, 3], 3);

  it('chooses values, and passes the gradient to the chosen ones', async () => {
    const feeds = { a, b };
    const constant = (graph: Value['graph']): Value => graph.constant(m.data, m.shape);
    const got = await forward(feeds, (v, graph) =>
      where(greaterOrEqual(constant(graph), 0), v.a!, v.b!),
    );
    const mask = tf.greaterEqual(toTf(m), 0);
    const [wideA, wideB] = [toTf(a), toTf(b)].map((x) => tf.broadcastTo(x, [2, 4, 3]));
    const expected = tf.where(tf.broadcastTo(mask, [2, 4, 3]), wideA!, wideB!);
    expect(distance(got, fromTf(expected))).toBe(0);
    await expectGradient(feeds, (v, graph) => where(greater(constant(graph), 0), v.a!, v.b!), {
      step: 1,
      tolerance: 1e-4,
    });
  });
});

describe('cast', () => {
  it('rounds to half precision and back, and passes the gradient on', async () => {
    const x = noise([7], 4);
    const got = await forward({ x }, (v) => cast(cast(v.x!, 'float16'), 'float32'));
    expect(distance(got, x)).toBeLessThan(2 ** -11);
    expect(distance(got, x)).toBeGreaterThan(0);
    await expectGradient({ x }, (v) => cast(mul(cast(v.x!, 'float16'), 2), 'float32'), {
      step: 0.5,
      tolerance: 2e-3,
    });
  });
});
