import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TensorData } from '../../../src/graph/engine.ts';
import { createGraph, type Value } from '../../../src/graph/graph.ts';
import { pad, type Sides } from '../../../src/graph/ops/pad.ts';
import { broadcastTo } from '../../../src/graph/ops/reduce.ts';
import { reshape, reverse, transpose } from '../../../src/graph/ops/reshape.ts';
import { concat, padZeros, slice } from '../../../src/graph/ops/slice.ts';
import {
  distance,
  expectGradient,
  forward,
  fromNhwc,
  fromTf,
  noise,
  toNhwc,
  toTf,
} from '../../helpers/nets/graph-checks.ts';

const exact = { step: 1, tolerance: 1e-4 };
const x = noise([2, 3, 4, 5], 1);

const cases: [string, (x: Value) => Value, (x: tf.Tensor) => tf.Tensor][] = [
  ['reshape', (v) => reshape(v, [6, 20]), (t) => tf.reshape(t, [6, 20])],
  ['transpose', (v) => transpose(v, [2, 0, 3, 1]), (t) => tf.transpose(t, [2, 0, 3, 1])],
  ['transpose without an order', (v) => transpose(v), (t) => tf.transpose(t)],
  ['reverse', (v) => reverse(v, [1, -1]), (t) => tf.reverse(t, [1, 3])],
  [
    'broadcastTo',
    (v) => broadcastTo(reshape(v, [2, 3, 4, 1, 5]), [2, 3, 4, 6, 5]),
    (t) => tf.broadcastTo(tf.reshape(t, [2, 3, 4, 1, 5]), [2, 3, 4, 6, 5]),
  ],
  [
    'padZeros',
    (v) => padZeros(v, { axis: 1, before: 2, after: 1 }),
    (t) =>
      tf.pad(t, [
        [0, 0],
        [2, 1],
        [0, 0],
        [0, 0],
      ]),
  ],
  [
    'concat',
    (v) => concat([v, slice(v, { axis: 2, start: 1, end: 3 }), v], 2),
    (t) => tf.concat([t, tf.slice(t, [0, 0, 1, 0], [2, 3, 2, 5]), t], 2),
  ],
];

describe.each(cases)('%s', (_, ours, theirs) => {
  it('agrees with tf.js', async () => {
    const got = await forward({ x }, (v) => ours(v.x!));
    expect(distance(got, fromTf(theirs(toTf(x))))).toBe(0);
  });

  it('has a gradient', () => expectGradient({ x }, (v) => ours(v.x!), exact));
});

describe('slice', () => {
  const anyCut = fc
    .record({
      axis: fc.nat({ max: 2 }),
      a: fc.nat({ max: 6 }),
      b: fc.nat({ max: 6 }),
      step: fc.integer({ min: 1, max: 4 }),
    })
    .map(({ axis, a, b, step }) => ({
      axis,
      start: Math.min(a, b),
      end: Math.max(a, b) + 1,
      step,
    }));
  const y = noise([7, 7, 7], 2);

  it('agrees with tf.js at any step, and its gradient goes back to the places', async () => {
    await fc.assert(
      fc.asyncProperty(anyCut, async (cut) => {
        const at = (value: number, rest: number): [number, number, number] =>
          [0, 1, 2].map((i) => (i === cut.axis ? value : rest)) as [number, number, number];
        const expected = tf.stridedSlice(
          toTf(y),
          at(cut.start, 0),
          at(cut.end, 7),
          at(cut.step, 1),
        );
        expect(distance(await forward({ y }, (v) => slice(v.y!, cut)), fromTf(expected))).toBe(0);
        await expectGradient({ y }, (v) => slice(v.y!, cut), exact);
      }),
      { numRuns: 30 },
    );
  });

  it('names an invalid range', () => {
    const value = createGraph().input('x', [2, 5]);
    expect(() => slice(value, { axis: 1, start: 2, end: 6 })).toThrow(
      'slice: expected 0 ≤ start < end ≤ 5 of [2, 5], got 2 to 6 by 1',
    );
    expect(() => slice(value, { axis: 2, start: 0, end: 1 })).toThrow(
      /expected axes of \[2, 5\], got 2/,
    );
  });
});

describe('pad', () => {
  const side = fc.nat({ max: 3 });
  const anySides = fc.tuple(side, side, side, side);

  it('reflects as tf.js does', async () => {
    await fc.assert(
      fc.asyncProperty(anySides, async ([top, left, bottom, right]) => {
        const expected = tf.mirrorPad(
          toNhwc(x),
          [
            [0, 0],
            [top, bottom],
            [left, right],
            [0, 0],
          ],
          'reflect',
        );
        const got = await forward({ x }, (v) => pad(v.x!, [top, left, bottom, right], 'reflect'));
        expect(distance(got, fromNhwc(expected))).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it('repeats the last pixel in replicate mode', async () => {
    const row: TensorData = { shape: [1, 1, 1, 3], data: Float32Array.of(1, 2, 3) };
    const got = await forward({ row }, (v) => pad(v.row!, [1, 2, 0, 1], 'replicate'));
    expect([...got.data]).toEqual([1, 1, 1, 2, 3, 3, 1, 1, 1, 2, 3, 3]);
  });

  it.each(['zero', 'reflect', 'replicate'] as const)(
    'has a gradient in %s mode, overlaps included',
    async (mode) => {
      await fc.assert(
        fc.asyncProperty(anySides, async (sides) => {
          await expectGradient({ x }, (v) => pad(v.x!, sides as Sides, mode), exact);
        }),
        { numRuns: 20 },
      );
    },
  );

  it('refuses to reflect more than the length allows', () => {
    const value = createGraph().input('x', [1, 3, 4, 4]);
    expect(() => pad(value, [4, 0, 0, 0], 'reflect')).toThrow(
      /from 0 to 3 for reflect padding of \[1, 3, 4, 4\], got 4/,
    );
  });
});

describe('shape errors', () => {
  const graph = createGraph();
  const value = graph.input('x', [2, 3]);
  it.each<[string, () => unknown, string]>([
    [
      'reshape',
      () => reshape(value, [4]),
      'reshape: expected a shape of 6 elements for [2, 3], got [4]',
    ],
    [
      'transpose',
      () => transpose(value, [0, 0]),
      'transpose: expected each axis of [2, 3] once, got [0, 0]',
    ],
    [
      'broadcastTo',
      () => broadcastTo(value, [3, 3]),
      'broadcastTo: expected a shape that [2, 3] repeats to, got [3, 3]',
    ],
    [
      'concat',
      () => concat([value, graph.input('y', [2, 4])], 0),
      'concat: expected shapes equal but for axis 0, got [2, 3] and [2, 4]',
    ],
    ['pad', () => pad(value, [1, 1, 1, 1]), 'pad: expected 4 dimensions, got [2, 3]'],
    [
      'constant',
      () => graph.constant(new Float32Array(5), [2, 3]),
      'constant: expected 6 values for [2, 3], got 5',
    ],
    ['input', () => graph.input('x', [1]), 'input: expected a name of its own, got "x"'],
  ])('%s names operation and shapes', (_, build, message) => {
    expect(build).toThrow(new RangeError(message));
  });
});
