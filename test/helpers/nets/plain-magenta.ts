// The reference networks of fast style transfer, layer by layer in double precision as in the papers' graphs.
import type { TensorData, Weights } from '../../../src/graph/engine.ts';
import type { Rgb } from '../../../src/nets/rgb.ts';
import {
  conv,
  cropped,
  depthwise,
  doubled,
  type Filter,
  instanceNorm,
  mapped,
  means,
  reflected,
  relu,
  relu6,
  sigmoid,
  sum,
  type Volume,
} from './plain-layers.ts';

// 1e-5 as a half-precision number.
const EPSILON = 1.0013580322265625e-5;

export const tensorNamed = (weights: Weights, name: string): TensorData => {
  const found = weights.get(name);
  if (!found) throw new Error(`expected weights ${name}`);
  return found;
};

export const fromRgb = ({ width, height, data }: Rgb): Volume => ({
  width,
  height,
  channels: 3,
  data: Float64Array.from(data),
});

export const toRgb = ({ width, height, data }: Volume): Rgb => ({
  width,
  height,
  data: Float32Array.from(data),
});

/** Parameters of one layer from a style vector: `vector` times a matrix `[100, C]`, plus a bias. */
export function projected(
  vector: ArrayLike<number>,
  { matrix, bias }: { matrix: Filter; bias: ArrayLike<number> },
): Float64Array {
  const out = Float64Array.from(bias);
  for (let i = 0; i < vector.length; i++)
    for (let c = 0; c < out.length; c++) out[c]! += vector[i]! * matrix.data[i * out.length + c]!;
  return out;
}

/** The conditional normalisation of a layer. */
export function styled(
  v: Volume,
  name: string,
  { vector, weights }: { vector: ArrayLike<number>; weights: Weights },
): Volume {
  const part = (what: string): Float64Array =>
    projected(vector, {
      matrix: tensorNamed(weights, `${name}.${what}.weight`),
      bias: tensorNamed(weights, `${name}.${what}.bias`).data,
    });
  return instanceNorm(v, { gamma: part('gamma'), beta: part('beta'), epsilon: EPSILON });
}

/** Pixels that pad a side to a multiple of four; at least 8, so that the border of the first convolution is at most half. */
const missing = (side: number): number => Math.max(8, 4 * Math.ceil(side / 4)) - side;

/** The small transfer network. */
export function plainTransfer(content: Rgb, vector: ArrayLike<number>, weights: Weights): Rgb {
  const filter = (name: string) => tensorNamed(weights, `${name}.weight`);
  const around = (v: Volume, name: string, stride = 1): Volume => {
    const k = filter(name).shape[0]! >> 1;
    const padded = reflected(v, { before: [k, k], after: [k, k] });
    return conv(padded, filter(name), { stride, padding: 'valid' });
  };
  const contract = (v: Volume, name: string, stride: number): Volume => {
    const { data: bias } = tensorNamed(weights, `${name}.bias`);
    return relu(mapped(around(v, name, stride), (value, c) => value + bias[c]!));
  };
  const normed = (v: Volume, name: string) => styled(around(v, name), name, { vector, weights });

  const { width, height } = content;
  const after: [number, number] = [missing(height), missing(width)];
  let v = reflected(fromRgb(content), { before: [0, 0], after });
  v = contract(v, 'contract1', 1);
  v = contract(v, 'contract2', 2);
  v = contract(v, 'contract3', 2);
  for (let i = 1; i <= 5; i++) {
    const inner = relu(normed(v, `residual${i}.conv1`));
    v = sum(v, normed(inner, `residual${i}.conv2`));
  }
  v = relu(normed(doubled(v), 'expand1'));
  v = relu(normed(doubled(v), 'expand2'));
  return toRgb(cropped(sigmoid(normed(v, 'expand3')), content));
}

const STRIDES = [1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1];

/** The predictor of style vectors, MobileNetV2. */
export function plainPredictor(picture: Rgb, weights: Weights): Float64Array {
  const filter = (name: string): Filter => {
    const { shape, data } = tensorNamed(weights, `${name}.weight`);
    const { data: scale } = tensorNamed(weights, `${name}.scale`);
    return { shape, data: Float64Array.from(data, (q, i) => q * scale[i % scale.length]!) };
  };
  const layer = (v: Volume, name: string, stride = 1): Volume => {
    const { data: bias } = tensorNamed(weights, `${name}.bias`);
    const apply = name.endsWith('depthwise') ? depthwise : conv;
    return mapped(
      apply(v, filter(name), { stride, padding: 'same' }),
      (value, c) => value + bias[c]!,
    );
  };
  let v = relu6(layer(fromRgb(picture), 'stem', 2));
  for (const [i, stride] of STRIDES.entries()) {
    const name = `block${i + 1}`;
    const wide = i === 0 ? v : relu6(layer(v, `${name}.expand`));
    const inner = relu6(layer(wide, `${name}.depthwise`, stride));
    const out = layer(inner, `${name}.project`);
    v = stride === 1 && out.channels === v.channels ? sum(v, out) : out;
  }
  const data = means(relu6(layer(v, 'head')));
  return layer({ height: 1, width: 1, channels: data.length, data }, 'vector').data;
}
