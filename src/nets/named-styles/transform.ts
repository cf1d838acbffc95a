// The network of the named styles on tf.js: paints a picture in one pass, in a style that is a set of numbers.
import { sigmoid, type Tensor3D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { AppError } from '../../errors.ts';
import type { TensorData, Weights } from '../../graph/engine.ts';
import { inTurn } from '../../tensor/ops/in-turn.ts';
import { instanceNorm } from '../../tensor/ops/instance-norm.ts';
import { reflectConv, upsampleConv } from '../../tensor/ops/reflect-conv.ts';
import type { Pace } from '../../timing.ts';
import { filterTensor, type Layer, paint, type Run } from '../paint.ts';
import type { Rgb } from '../rgb.ts';
import { BLOCKS, EPSILON, OUTER_SIDE, STYLE_LENGTHS, WIDTHS } from './sizes.ts';

/** Parameters of a style by name, of the lengths in `STYLE_LENGTHS`. */
export type StyleNumbers = ReadonlyMap<string, Float32Array>;

// Rough shares of the time of a layer. Contracting, blocks, expanding and the result add up to 1.
const SHARES = { contract: 0.06, block: 0.1, expand: 0.09, last: 0.14 };

/** The numbers of a style of this name. Throws `model_missing` if the file lacks them. */
export function styleNumbers(weights: Weights, style: string): StyleNumbers {
  return new Map(
    Object.entries(STYLE_LENGTHS).map(([name, length]) => {
      const { data } = tensorOf(weights, `${style}/${name}`);
      if (data.length !== length) throw damaged(`${style}/${name}`, length, data.length);
      return [name, data];
    }),
  );
}

/** A mixture of styles: the sum of their numbers, each times its share. */
export function mixedNumbers(
  styles: readonly StyleNumbers[],
  shares: readonly number[],
): StyleNumbers {
  return new Map(
    [...styles[0]!.keys()].map((name) => {
      const sum = new Float32Array(STYLE_LENGTHS[name]!);
      for (const [k, numbers] of styles.entries()) {
        const from = numbers.get(name)!;
        for (let i = 0; i < sum.length; i++) sum[i]! += shares[k]! * from[i]!;
      }
      return [name, sum];
    }),
  );
}

/**
 * Paints `content` in a style. `weights` are those of the model `named-styles`. Any size from 1×1; the result has the content's, which
 * is mirrored beyond its right and lower edges to multiples of 4. Throws `model_missing` if the file lacks a layer.
 */
export async function paintInStyle(
  content: Rgb,
  style: StyleNumbers,
  use: { weights: Weights; pace: Pace },
): Promise<Rgb> {
  return paint(content, layersOf(use.weights, style), use.pace);
}

function layersOf(weights: Weights, style: StyleNumbers): Layer[] {
  const numbers = (name: string): Float32Array => style.get(name)!;
  const contract = (name: string, stride: 1 | 2): Run => {
    const scaled = scaledFilter(filterOf(weights, name), numbers(`${name}.scale`));
    const shift = numbers(`${name}.shift`);
    const bias = name === 'contract1' ? lessHalf(shift, scaled) : shift;
    return (x) =>
      tidy(() => reflectConv(x, filterTensor(scaled), tensor1d(bias), { stride, relu: true }));
  };
  const filtered =
    (filter: TensorData): Run =>
    (x) =>
      tidy(() => reflectConv(x, filterTensor(filter), undefined, { stride: 1, relu: false }));
  const enlarged =
    (filter: TensorData): Run =>
    (x) =>
      tidy(() => upsampleConv(x, filterTensor(filter)));
  const normalised = (name: string, relu: boolean, other?: Tensor3D): Run => {
    const [scale, shift] = [numbers(`${name}.scale`), numbers(`${name}.shift`)];
    return (x) =>
      tidy(() => {
        const affine = { gamma: tensor1d(scale), beta: tensor1d(shift), other };
        return instanceNorm(x, affine, { epsilon: EPSILON, relu });
      });
  };
  const block = (name: string): Run => {
    const [one, two] = [`${name}.conv1`, `${name}.conv2`];
    return (x) =>
      inTurn(
        x,
        ...[filtered(filterOf(weights, one)), normalised(one, true)],
        ...[filtered(filterOf(weights, two)), normalised(two, false, x)],
      );
  };
  const expand = (name: string): Run => {
    const steps = [enlarged(filterOf(weights, name)), normalised(name, true)];
    return (x) => inTurn(x, ...steps);
  };
  const last = [filtered(lastFilter(numbers('last.filter'))), normalised('last', false), sigmoid];
  return [
    { run: contract('contract1', 1), share: SHARES.contract },
    { run: contract('contract2', 2), share: SHARES.contract },
    { run: contract('contract3', 2), share: SHARES.contract },
    ...Array.from({ length: BLOCKS }, (_, n) => ({ run: block(`block${n}`), share: SHARES.block })),
    { run: expand('expand1'), share: SHARES.expand },
    { run: expand('expand2'), share: SHARES.expand },
    { run: (x) => inTurn(x, ...last), share: SHARES.last },
  ];
}

/** [k, k, in, out] with each output's filter times its scale. */
function scaledFilter({ shape, data }: TensorData, scale: Float32Array): TensorData {
  const outputs = scale.length;
  return { shape, data: data.map((value, i) => value * scale[i % outputs]!) };
}

/** The bias of a filter that is to see the picture less one half. */
function lessHalf(shift: Float32Array, { data }: TensorData): Float32Array {
  const bias = Float32Array.from(shift);
  for (const [i, value] of data.entries()) bias[i % bias.length]! -= value / 2;
  return bias;
}

/** The filter that makes the result: [3, in, k, k] as [k, k, in, 3]. */
const lastFilter = (data: Float32Array): TensorData =>
  transposed({ shape: [3, WIDTHS[0], OUTER_SIDE, OUTER_SIDE], data });

const opened = new WeakMap<Weights, Map<string, TensorData>>();

/** A filter as tf.js has it, converted once: the file has halves, with outputs first. */
function filterOf(weights: Weights, name: string): TensorData {
  const known = opened.get(weights) ?? new Map<string, TensorData>();
  opened.set(weights, known);
  const before = known.get(name);
  if (before) return before;
  const filter = transposed(tensorOf(weights, `${name}.weight`));
  known.set(name, filter);
  return filter;
}

function tensorOf(weights: Weights, name: string): TensorData {
  const found = weights.get(name);
  if (found) return { shape: found.shape, data: found.data };
  throw new AppError('model_missing', `named-styles: expected a tensor ${name}, got none`);
}

const damaged = (name: string, expected: number, got: number): AppError =>
  new AppError('model_missing', `named-styles: expected ${expected} values of ${name}, got ${got}`);

/** [o, c, h, w] as [h, w, c, o]. */
function transposed({ shape, data }: TensorData): TensorData {
  const [o, c, h, w] = shape as [number, number, number, number];
  const out = new Float32Array(data.length);
  for (let i = 0; i < o; i++) {
    for (let j = 0; j < c; j++) {
      for (let tap = 0; tap < h * w; tap++) {
        out[(tap * c + j) * o + i] = data[(i * c + j) * h * w + tap]!;
      }
    }
  }
  return { shape: [h, w, c, o], data: out };
}
