// Fast arbitrary style transfer (Ghiasi et al. 2017): the small transfer network that was published for phones.
import { sigmoid, type Tensor3D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { AppError } from '../../errors.ts';
import type { TensorData, Weights } from '../../graph/engine.ts';
import { inTurn } from '../../tensor/ops/in-turn.ts';
import { instanceNorm } from '../../tensor/ops/instance-norm.ts';
import { reflectConv, upsampleConv } from '../../tensor/ops/reflect-conv.ts';
import type { Pace } from '../../timing.ts';
import { filterTensor, type Layer, paint, type Run } from '../paint.ts';
import type { Rgb } from '../rgb.ts';

/** Length of a style vector. */
export const STYLE_NUMBERS = 100;

/** Epsilon of the normalisation as the file stores it: 1e-5 in half precision. */
const EPSILON = 168 * 2 ** -24;
const RESIDUALS = [1, 2, 3, 4, 5];

// Rough share of the time that a layer takes at full, half and quarter resolution. Two, four and six layers add up to 1.
const FULL = 1 / 6;
const HALF = 1 / 24;
const QUARTER = 1 / 12;

/**
 * Paints `content` in the style of `vector` (`STYLE_NUMBERS` of them). `weights` are the model `fast-style`'s. Any size from 1×1;
 * the result has the content's, which is mirrored beyond its right and lower edges to multiples of 4. Throws `model_missing` if
 * the file lacks a layer.
 */
export async function transferStyle(
  content: Rgb,
  vector: Float32Array,
  use: { weights: Weights; pace: Pace },
): Promise<Rgb> {
  return paint(content, layersOf(use.weights, vector), use.pace);
}

function layersOf(weights: Weights, vector: Float32Array): Layer[] {
  const contract = (name: string, stride: 1 | 2): Run => {
    const filter = tensorOf(weights, `${name}.weight`);
    const bias = tensorOf(weights, `${name}.bias`);
    return (x) =>
      tidy(() => reflectConv(x, filterTensor(filter), tensor1d(bias.data), { stride, relu: true }));
  };
  const convolved = (name: string): Run => {
    const filter = tensorOf(weights, `${name}.weight`);
    return (x) =>
      tidy(() => reflectConv(x, filterTensor(filter), undefined, { stride: 1, relu: false }));
  };
  const upsampled = (name: string): Run => {
    const filter = tensorOf(weights, `${name}.weight`);
    return (x) => tidy(() => upsampleConv(x, filterTensor(filter)));
  };
  const styled = (name: string, relu: boolean, other?: Tensor3D): Run => {
    const gamma = projected(weights, `${name}.gamma`, vector);
    const beta = projected(weights, `${name}.beta`, vector);
    return (x) =>
      tidy(() =>
        instanceNorm(
          x,
          { gamma: tensor1d(gamma), beta: tensor1d(beta), other },
          { epsilon: EPSILON, relu },
        ),
      );
  };
  const residual =
    (name: string): Run =>
    (x) =>
      inTurn(
        x,
        ...[convolved(`${name}.conv1`), styled(`${name}.conv1`, true)],
        ...[convolved(`${name}.conv2`), styled(`${name}.conv2`, false, x)],
      );
  const expand =
    (name: string): Run =>
    (x) =>
      inTurn(x, upsampled(name), styled(name, true));
  return [
    { run: contract('contract1', 1), share: FULL },
    { run: contract('contract2', 2), share: HALF },
    { run: contract('contract3', 2), share: HALF },
    ...RESIDUALS.map((n) => ({ run: residual(`residual${n}`), share: QUARTER })),
    { run: expand('expand1'), share: HALF },
    { run: expand('expand2'), share: QUARTER },
    { run: convolved('expand3'), share: FULL },
    { run: (x) => inTurn(x, styled('expand3', false), sigmoid), share: HALF },
  ];
}

const opened = new WeakMap<Weights, Map<string, TensorData>>();

/** A tensor of the model, converted once: the file stores half-precision numbers, and every read converts them again. */
function tensorOf(weights: Weights, name: string): TensorData {
  const known = opened.get(weights) ?? new Map<string, TensorData>();
  opened.set(weights, known);
  const converted = known.get(name);
  if (converted) return converted;
  const found = weights.get(name);
  if (!found) {
    throw new AppError(
      'model_missing',
      `fast-style: expected a tensor ${name}, run: npm run models fast-style`,
    );
  }
  const tensor = { shape: found.shape, data: found.data };
  known.set(name, tensor);
  return tensor;
}

/** Weights `[style numbers, channels]` and bias that map a style vector to a layer's scale or offset. */
function projected(weights: Weights, name: string, vector: Float32Array): Float32Array {
  const { data } = tensorOf(weights, `${name}.weight`);
  const out = Float32Array.from(tensorOf(weights, `${name}.bias`).data);
  let from = 0;
  for (const number of vector) {
    for (let c = 0; c < out.length; c++) out[c]! += number * data[from++]!;
  }
  return out;
}
