// Fast arbitrary style transfer (Ghiasi et al. 2017): the larger transfer network, of separable convolutions, as it was made for browsers.
import {
  depthwiseConv2d,
  fused,
  reshape,
  sigmoid,
  type Tensor3D,
  type Tensor4D,
  tensor1d,
  tensor3d,
  tensor4d,
  image as tfImage,
} from '@tensorflow/tfjs-core';
import { AppError } from '../../errors.ts';
import type { TensorData, Weights } from '../../graph/engine.ts';
import type { Pace } from '../../pace.ts';
import { inTurn } from '../../tensor/ops/in-turn.ts';
import { instanceNorm } from '../../tensor/ops/instance-norm.ts';
import type { Rgb } from '../rgb.ts';
import { cropped, mirroredTo } from './mirrored-rgb.ts';

const EPSILON = 1e-5;

// About what each of its parts takes, by the content's pixels.
const NS_PER_PIXEL = 250;

/**
 * Paints `content` in the style of `vector` (100 numbers of its own predictor: those of `fast-style-predictor` mean nothing to it).
 * `weights` are the model `fast-style-large`'s. Any size from 1×1, mirrored beyond its right and lower edges to multiples of 4; zeros
 * around its layers darken the rims. Throws `model_missing` where the file lacks a layer.
 */
export async function transferStyleSeparable(
  content: Rgb,
  vector: Float32Array,
  use: { weights: Weights; pace: Pace },
): Promise<Rgb> {
  const { width, height } = content;
  const [rows, columns] = [4 * Math.ceil(height / 4), 4 * Math.ceil(width / 4)];
  const padded = mirroredTo(content, { width: columns, height: rows });
  let x = tensor3d(padded.data, [rows, columns, 3]); // [h, w, 3]
  try {
    for (const run of partsOf(vector, use.weights)) {
      const next = run(x);
      x.dispose();
      x = next;
      await use.pace(NS_PER_PIXEL * width * height);
    }
    const painted = { width: columns, height: rows, data: await x.data<'float32'>() };
    return cropped(painted, { width, height });
  } finally {
    x.dispose();
  }
}

type Layer = (x: Tensor3D) => Tensor3D;

/** The network in parts: each borrows what it is given and makes a new tensor. */
function partsOf(vector: Float32Array, weights: Weights): Layer[] {
  const contract =
    (name: string, strides: number): Layer =>
    (x) =>
      inTurn(x, (y) => convolved(y, weights, { name, strides, bias: true }));
  const normed = (name: string, relu: boolean, other?: Tensor3D): Layer => {
    const [gamma, beta] = ['gamma', 'beta'].map((part) =>
      projected(vector, weights, `${name}.${part}`),
    ) as [Float32Array, Float32Array];
    return (x) =>
      instanceNorm(
        x,
        { gamma: tensor1d(gamma), beta: tensor1d(beta), other },
        { epsilon: EPSILON, relu },
      );
  };
  const separable = (name: string, relu: boolean, other?: Tensor3D): Layer[] => [
    (x) => depthwiseConv2d(x, filterOf(weights, `${name}.depthwise`), 1, 'same'),
    (x) => convolved(x, weights, { name: `${name}.pointwise` }),
    normed(name, relu, other),
  ];
  const residual =
    (name: string): Layer =>
    (x) =>
      inTurn(x, ...separable(`${name}.conv1`, true), ...separable(`${name}.conv2`, false, x));
  const expand =
    (name: string): Layer =>
    (x) =>
      inTurn(x, doubled, ...separable(name, true));
  const last = [
    (x: Tensor3D) => lastConvolved(x, named(weights, 'expand3.weight')),
    normed('expand3', false),
    (x: Tensor3D) => sigmoid(x),
  ];
  return [
    contract('contract1', 1),
    contract('contract2', 2),
    contract('contract3', 2),
    ...[1, 2, 3, 4, 5].map((n) => residual(`residual${n}`)),
    expand('expand1'),
    expand('expand2'),
    (x) => inTurn(x, ...last),
  ];
}

const doubled: Layer = (x) => tfImage.resizeNearestNeighbor(x, [2 * x.shape[0], 2 * x.shape[1]]);

function convolved(
  x: Tensor3D,
  weights: Weights,
  { name, strides = 1, bias = false }: { name: string; strides?: number; bias?: boolean },
): Tensor3D {
  const filter = filterOf(weights, name);
  // As much on both sides, where `same` would put the odd one behind.
  const settings = { x, filter, strides, pad: filter.shape[0] >> 1 };
  if (!bias) return fused.conv2d(settings);
  const shift = tensor1d(named(weights, `${name}.bias`).data);
  return fused.conv2d({ ...settings, bias: shift, activation: 'relu' });
}

/**
 * Convolution `[h, w, c]` to three channels, w even. Two columns at once, as six channels: WASM's kernel computes eight channels
 * even for three, so this takes almost half the time.
 */
function lastConvolved(x: Tensor3D, { shape, data }: TensorData): Tensor3D {
  const [rows = 0, columns = 0, from = 0, to = 0] = shape;
  const wide = new Float32Array(rows * (columns + 1) * from * 2 * to);
  for (const [i, value] of data.entries()) {
    const [tap, o] = [Math.floor(i / to), i % to];
    const [row, rest] = [Math.floor(tap / from / columns), tap % (from * columns)];
    const at = (row * (columns + 1) * from + rest) * 2 * to + o;
    wide[at] = value;
    wide[at + from * 2 * to + to] = value;
  }
  const [height, width] = x.shape;
  const filter = tensor4d(wide, [rows, columns + 1, from, 2 * to]);
  const border: [number, number] = [rows >> 1, rows >> 1];
  // A plain number would count the columns by the stride of the rows.
  const pad: [[number, number], [number, number], [number, number], [number, number]] = [
    [0, 0],
    border,
    border,
    [0, 0],
  ];
  const pairs = fused.conv2d({ x, filter, strides: [1, 2], pad });
  return reshape(pairs, [height, width, to]);
}

/** What the style says of a layer: `vector` times `<name>.weight` [100, c], plus `<name>.bias`. */
function projected(vector: Float32Array, weights: Weights, name: string): Float32Array {
  const matrix = named(weights, `${name}.weight`).data;
  const out = Float64Array.from(named(weights, `${name}.bias`).data);
  for (let i = 0, at = 0; i < vector.length; i++) {
    for (let c = 0; c < out.length; c++) out[c]! += vector[i]! * matrix[at++]!;
  }
  return Float32Array.from(out);
}

const filterOf = (weights: Weights, name: string): Tensor4D => {
  const { shape, data } = named(weights, `${name}.weight`);
  return tensor4d(data, shape as [number, number, number, number]);
};

function named(weights: Weights, name: string): TensorData {
  const found = weights.get(name);
  if (found) return found;
  throw new AppError(
    'model_missing',
    `fast-style-large: the model's file has no ${name}; run npm run models fast-style-large`,
  );
}
