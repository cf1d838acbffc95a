// The operations of style networks, compared with plain arithmetic: composed on cpu, by our kernels on WASM.
import { describe, expect, it } from 'vitest';
import { instanceNorm } from '../../../src/tensor/ops/instance-norm.ts';
import { pointwiseConv } from '../../../src/tensor/ops/pointwise-conv.ts';
import { reflectConv, upsampleConv } from '../../../src/tensor/ops/reflect-conv.ts';
import {
  as1d,
  as3d,
  as4d,
  expectClose,
  leavesNothing,
  type Values,
  values,
} from '../../helpers/nets/op-checks.ts';

const mirrored = (i: number, size: number): number =>
  i < 0 ? -i : i < size ? i : 2 * size - 2 - i;

/** The convolution over the mirrored picture, in double precision. */
function convolved(x: Values, filter: Values, bias: Values | undefined, stride: number): number[] {
  const [height, width] = x.shape as [number, number];
  const [side, , inputs, outputs] = filter.shape as [number, number, number, number];
  const border = side >> 1;
  const out: number[] = [];
  for (let y = 0; y < height; y += stride) {
    for (let i = 0; i < width; i += stride) {
      for (let c = 0; c < outputs; c++) {
        let sum = bias?.at(c) ?? 0;
        for (let dy = 0; dy < side; dy++) {
          for (let dx = 0; dx < side; dx++) {
            const row = mirrored(y + dy - border, height);
            const column = mirrored(i + dx - border, width);
            for (let k = 0; k < inputs; k++) sum += x.at(row, column, k) * filter.at(dy, dx, k, c);
          }
        }
        out.push(sum);
      }
    }
  }
  return out;
}

describe('a convolution with a mirrored border', () => {
  it.each([
    { size: [8, 8], side: 9, inputs: 3, outputs: 8, stride: 1, relu: true, bias: true },
    { size: [9, 13], side: 9, inputs: 3, outputs: 8, stride: 1, relu: false, bias: true },
    { size: [8, 12], side: 3, inputs: 8, outputs: 16, stride: 2, relu: true, bias: true },
    { size: [7, 11], side: 3, inputs: 4, outputs: 8, stride: 2, relu: false, bias: false },
    { size: [2, 2], side: 3, inputs: 32, outputs: 32, stride: 1, relu: false, bias: false },
    { size: [5, 31], side: 3, inputs: 16, outputs: 24, stride: 1, relu: true, bias: false },
    { size: [5, 31], side: 3, inputs: 16, outputs: 24, stride: 1, relu: false, bias: false },
    { size: [3, 3], side: 3, inputs: 32, outputs: 16, stride: 1, relu: false, bias: false },
    { size: [14, 9], side: 3, inputs: 20, outputs: 32, stride: 1, relu: false, bias: false },
    { size: [8, 8], side: 9, inputs: 8, outputs: 3, stride: 1, relu: false, bias: false },
    { size: [12, 25], side: 9, inputs: 8, outputs: 3, stride: 1, relu: false, bias: false },
    { size: [6, 6], side: 5, inputs: 2, outputs: 3, stride: 1, relu: false, bias: false },
  ] as const)(
    'is what arithmetic says for $size, $side×$side, $inputs to $outputs, stride $stride',
    (c) => {
      const x = values([...c.size, c.inputs]);
      const filter = values([c.side, c.side, c.inputs, c.outputs], { seed: 2 });
      const bias = c.bias ? values([c.outputs], { seed: 3 }) : undefined;
      const sums = convolved(x, filter, bias, c.stride);
      const expected = c.relu ? sums.map((v) => Math.max(0, v)) : sums;
      const [input, weights, offset] = [as3d(x), as4d(filter), bias && as1d(bias)];
      leavesNothing([input, weights, ...(offset ? [offset] : [])], () => {
        const result = reflectConv(input, weights, offset, { stride: c.stride, relu: c.relu });
        const [height, width] = c.size.map((side) => Math.ceil(side / c.stride));
        expect(result.shape).toEqual([height, width, c.outputs]);
        expectClose(result, expected, 2e-4);
        return result;
      });
    },
  );
});

describe('a convolution of single pixels', () => {
  it.each([
    { size: [1, 1], inputs: 5, outputs: 8 },
    { size: [4, 3], inputs: 24, outputs: 16 },
    { size: [8, 8], inputs: 16, outputs: 8 },
    { size: [13, 11], inputs: 7, outputs: 24 },
  ])('is what arithmetic says for $size, $inputs to $outputs', ({ size, inputs, outputs }) => {
    const [height, width] = size as [number, number];
    const x = values([height, width, inputs]);
    const filter = values([outputs / 8, inputs, 8], { seed: 2 });
    const bias = values([outputs], { seed: 3 });
    const expected = Array.from({ length: height * width * outputs }, (_, i) => {
      const [p, c] = [Math.floor(i / outputs), i % outputs];
      let sum = bias.at(c);
      for (let k = 0; k < inputs; k++) {
        sum += (x.data[p * inputs + k] as number) * filter.at(Math.floor(c / 8), k, c % 8);
      }
      return Math.min(1, Math.max(-0.5, sum));
    });
    const [input, weights, offset] = [as3d(x), as3d(filter), as1d(bias)];
    leavesNothing([input, weights, offset], () => {
      const attrs = { least: -0.5, most: 1 };
      const result = pointwiseConv(input, { filter: weights, bias: offset }, attrs);
      expect(result.shape).toEqual([height, width, outputs]);
      expectClose(result, expected, 1e-5);
      return result;
    });
  });
});

describe('a convolution of fourfold pixels', () => {
  it.each([
    { size: [2, 2], inputs: 8, outputs: 8 },
    { size: [4, 6], inputs: 32, outputs: 16 },
    { size: [9, 7], inputs: 16, outputs: 8 },
  ])(
    'is that of the larger picture for $size, $inputs to $outputs',
    ({ size, inputs, outputs }) => {
      const [height, width] = size as [number, number];
      const x = values([height, width, inputs]);
      const filter = values([3, 3, inputs, outputs], { seed: 2 });
      const large = values([2 * height, 2 * width, inputs]);
      for (let y = 0; y < 2 * height; y++) {
        for (let i = 0; i < 2 * width; i++) {
          for (let c = 0; c < inputs; c++) {
            large.data[(y * 2 * width + i) * inputs + c] = x.at(y >> 1, i >> 1, c);
          }
        }
      }
      const [input, weights] = [as3d(x), as4d(filter)];
      leavesNothing([input, weights], () => {
        const result = upsampleConv(input, weights);
        expect(result.shape).toEqual([2 * height, 2 * width, outputs]);
        expectClose(result, convolved(large, filter, undefined, 1), 2e-4);
        return result;
      });
    },
  );
});

describe('instance normalisation', () => {
  /** The normalisation by its definition, in double precision. */
  function normalised(x: Values, gamma: Values, beta: Values, epsilon: number): number[] {
    const [height, width, channels] = x.shape as [number, number, number];
    const pixels = height * width;
    const of = (c: number): number[] =>
      Array.from({ length: pixels }, (_, p) => x.data[p * channels + c] as number);
    const moments = Array.from({ length: channels }, (_, c) => {
      const mean = of(c).reduce((sum, v) => sum + v, 0) / pixels;
      return { mean, variance: of(c).reduce((sum, v) => sum + (v - mean) ** 2, 0) / pixels };
    });
    return Array.from(x.data, (v, i) => {
      const c = i % channels;
      const { mean, variance } = moments[c] as (typeof moments)[number];
      return ((v - mean) * gamma.at(c)) / Math.sqrt(variance + epsilon) + beta.at(c);
    });
  }

  it.each([
    { size: [4, 4], channels: 32, relu: true, other: false },
    { size: [4, 8], channels: 32, relu: false, other: true },
    { size: [12, 4], channels: 16, relu: true, other: false },
    { size: [8, 8], channels: 8, relu: true, other: false },
    { size: [16, 12], channels: 3, relu: false, other: false },
  ])('is what its definition says for $size of $channels channels', (c) => {
    const [height, width] = c.size as [number, number];
    const x = values([height, width, c.channels]);
    const [gamma, beta] = [values([c.channels], { seed: 4 }), values([c.channels], { seed: 5 })];
    const other = c.other ? values(x.shape, { seed: 6 }) : undefined;
    const normal = normalised(x, gamma, beta, 1e-5);
    const expected = normal.map((v, i) => (c.relu ? Math.max(0, v) : v) + (other?.data[i] ?? 0));
    const [input, g, b, o] = [as3d(x), as1d(gamma), as1d(beta), other && as3d(other)];
    leavesNothing([input, g, b, ...(o ? [o] : [])], () => {
      const attrs = { epsilon: 1e-5, relu: c.relu };
      const result = instanceNorm(input, { gamma: g, beta: b, other: o }, attrs);
      expectClose(result, expected, 1e-4);
      return result;
    });
  });

  it('keeps small differences around large values', () => {
    const x = values([16, 16, 16]);
    for (let i = 0; i < x.data.length; i++) x.data[i] = 100 + 1e-3 * (x.data[i] as number);
    const [gamma, beta] = [values([16], { seed: 4 }), values([16], { seed: 5 })];
    const [input, g, b] = [as3d(x), as1d(gamma), as1d(beta)];
    leavesNothing([input, g, b], () => {
      const result = instanceNorm(input, { gamma: g, beta: b }, { epsilon: 1e-9, relu: false });
      expectClose(result, normalised(x, gamma, beta, 1e-9), 5e-3);
      return result;
    });
  });

  it('turns a constant picture into the offsets', () => {
    const x = values([8, 8, 8]);
    x.data.fill(0.25);
    const [gamma, beta] = [values([8], { seed: 4 }), values([8], { seed: 5 })];
    const [input, g, b] = [as3d(x), as1d(gamma), as1d(beta)];
    leavesNothing([input, g, b], () => {
      const result = instanceNorm(input, { gamma: g, beta: b }, { epsilon: 1e-5, relu: false });
      expectClose(
        result,
        Array.from(x.data, (_, i) => beta.at(i % 8)),
        1e-6,
      );
      return result;
    });
  });
});
