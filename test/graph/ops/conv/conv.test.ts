import {
  add,
  conv2dTranspose,
  type Tensor4D,
  tensor4d,
  conv2d as tfConv2d,
  pad as tfPad,
  transpose as tfTranspose,
} from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TensorData } from '../../../../src/graph/engine.ts';
import { createGraph, type Value } from '../../../../src/graph/graph.ts';
import {
  type Conv2dOptions,
  conv2d,
  convTranspose2d,
} from '../../../../src/graph/ops/conv/conv.ts';
import {
  distance,
  expectGradient,
  forward,
  fromNhwc,
  noise,
  toNhwc,
} from '../../../helpers/nets/graph-checks.ts';

type Case = { x: TensorData; w: TensorData; b: TensorData; options: Omit<Conv2dOptions, 'bias'> };

const side = fc.integer({ min: 1, max: 9 });
const pair = (max: number) => fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));
const gap = fc.integer({ min: 0, max: 3 });

/** Any convolution in which the filter fits at least once. */
const anyConv: fc.Arbitrary<Case> = fc
  .record({
    n: fc.integer({ min: 1, max: 2 }),
    channels: pair(3),
    size: fc.tuple(side, side),
    taps: pair(4),
    strides: pair(3),
    dilations: pair(2),
    pads: fc.tuple(gap, gap, gap, gap),
  })
  .filter(({ size, taps, pads, dilations }) =>
    [0, 1].every(
      (i) =>
        size[i as 0]! + pads[i as 0]! + pads[(i + 2) as 0]! >
        (taps[i as 0]! - 1) * dilations[i as 0]!,
    ),
  )
  .map(({ n, channels: [c, o], size, taps, strides, dilations, pads }) => ({
    x: noise([n, c, ...size], 1),
    w: noise([o, c, ...taps], 2),
    b: noise([o], 3),
    options: { strides, dilations, pads },
  }));

const filterOf = ({ shape, data }: TensorData): Tensor4D =>
  tfTranspose(tensor4d(data, shape as [number, number, number, number]), [2, 3, 1, 0]);

/** tf.js refuses strides together with dilation. */
const inTf = ({ options: { strides, dilations } }: Case): boolean =>
  strides!.every((s) => s === 1) || dilations!.every((d) => d === 1);

describe('conv2d', () => {
  it('agrees with tf.js at any stride, padding and dilation', async () => {
    await fc.assert(
      fc.asyncProperty(anyConv.filter(inTf), async ({ x, w, b, options }) => {
        const [top, left, bottom, right] = options.pads!;
        const padded = tfPad(toNhwc(x), [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ]) as Tensor4D;
        const { strides, dilations } = options as Required<typeof options>;
        const y = tfConv2d(padded, filterOf(w), [...strides] as [number, number], 'valid', 'NHWC', [
          ...dilations,
        ] as [number, number]);
        const expected = fromNhwc(add(y, tensor4d(b.data, [1, 1, 1, b.data.length])));
        const got = await forward({ x, w, b }, (v) =>
          conv2d(v.x!, v.w!, { ...options, bias: v.b }),
        );
        expect(distance(got, expected)).toBeLessThan(1e-5);
      }),
      { numRuns: 40 },
    );
  });

  it('has gradients to input, filter and bias', async () => {
    await fc.assert(
      fc.asyncProperty(anyConv, async ({ x, w, b, options }) => {
        const build = (v: Record<string, Value>) => conv2d(v.x!, v.w!, { ...options, bias: v.b });
        await expectGradient({ x, w, b }, build, { step: 1, tolerance: 1e-4 });
      }),
      { numRuns: 60 },
    );
  });

  it('has the same gradient to the input if the filter is constant', async () => {
    await fc.assert(
      fc.asyncProperty(anyConv, async ({ x, w, options }) => {
        await expectGradient(
          { x },
          (v, graph) => conv2d(v.x!, graph.constant(w.data, w.shape), options),
          { step: 1, tolerance: 1e-4 },
        );
      }),
      { numRuns: 30 },
    );
  });

  it('names operation and shapes when they do not fit', () => {
    const graph = createGraph();
    const x = graph.input('x', [1, 3, 4, 4]);
    expect(() => conv2d(x, graph.input('w', [8, 2, 3, 3]))).toThrow(
      'conv2d: expected a filter for 3 channels, got [8, 2, 3, 3] for [1, 3, 4, 4]',
    );
    expect(() => conv2d(x, graph.input('v', [8, 3, 5, 5]))).toThrow(
      'conv2d: expected a filter that fits, got [8, 3, 5, 5] for [1, 3, 4, 4] padded by [0, 0, 0, 0]',
    );
    const w = graph.input('u', [8, 3, 3, 3]);
    expect(() => conv2d(x, w, { strides: [0, 1] })).toThrow(/strides and dilations from 1/);
    expect(() => conv2d(x, w, { bias: graph.input('b', [7]) })).toThrow(/bias of \[8\], got \[7\]/);
  });
});

describe('convTranspose2d', () => {
  const anyTransposed = anyConv
    .filter(({ options: { dilations } }) => dilations!.every((d) => d === 1))
    .map(({ x, w, options }) => ({
      x: noise([x.shape[0]!, w.shape[0]!, ...x.shape.slice(2)], 4),
      w,
      b: noise([w.shape[1]!], 5),
      options: { strides: options.strides! },
    }));

  it('agrees with tf.js', async () => {
    await fc.assert(
      fc.asyncProperty(anyTransposed, async ({ x, w, b, options }) => {
        const length = (i: 0 | 1): number =>
          (x.shape[2 + i]! - 1) * options.strides[i] + w.shape[2 + i]!;
        const shape = [x.shape[0]!, length(0), length(1), w.shape[1]!] as [
          number,
          number,
          number,
          number,
        ];
        const y = conv2dTranspose(
          toNhwc(x),
          filterOf(w),
          shape,
          [...options.strides] as [number, number],
          'valid',
        );
        const expected = fromNhwc(add(y, tensor4d(b.data, [1, 1, 1, b.data.length])));
        const got = await forward({ x, w, b }, (v) =>
          convTranspose2d(v.x!, v.w!, { ...options, bias: v.b }),
        );
        expect(distance(got, expected)).toBeLessThan(1e-5);
      }),
      { numRuns: 30 },
    );
  });

  it('has gradients to input, filter and bias', async () => {
    await fc.assert(
      fc.asyncProperty(anyTransposed, async ({ x, w, b, options }) => {
        const build = (v: Record<string, Value>) =>
          convTranspose2d(v.x!, v.w!, { ...options, bias: v.b });
        await expectGradient({ x, w, b }, build, { step: 1, tolerance: 1e-4 });
      }),
      { numRuns: 30 },
    );
  });

  it('enlarges by 2 as pix2pix decoders do', () => {
    const graph = createGraph();
    const y = convTranspose2d(graph.input('x', [1, 8, 5, 7]), graph.input('w', [8, 4, 4, 4]), {
      strides: [2, 2],
      pads: [1, 1, 1, 1],
    });
    expect(y.shape).toEqual([1, 4, 10, 14]);
  });
});
