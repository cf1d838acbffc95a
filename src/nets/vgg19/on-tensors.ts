// A slim VGG19 on tf.js, for places without onnxruntime: features of a picture, and the gradient of a loss of them.
import {
  add,
  maxPool,
  relu,
  slice,
  type Tensor1D,
  type Tensor3D,
  type Tensor4D,
  tensor1d,
  tensor4d,
} from '@tensorflow/tfjs-core';
import type { Weights } from '../../graph/engine.ts';
import { maxPoolAdjoint, reluConvAdjoint, turnedFilter } from '../../tensor/ops/adjoints.ts';
import { reflectConv } from '../../tensor/ops/reflect-conv.ts';
import { vgg19Layers } from './vgg19.ts';
import { convWeights } from './weights.ts';

/** Channels of a picture, and what kernels fill them up to. */
const COLOURS = 3;
const FILLED_COLOURS = 8;

type Layer = { name: string; filter: Tensor4D; bias: Tensor1D; turned: Tensor4D };

/** Features `[h, w, c]` by layer, `relu1_1` …; tensors of the caller. */
export type TensorFeatures = ReadonlyMap<string, Tensor3D>;

/** A network whose weights are tensors until it is disposed of. */
export type TensorNet = {
  /** Features of a picture `[h, w, 3]` (RGB, sRGB-coded 0…1, sides from 32 px) in all layers to `deepest`. */
  features: (picture: Tensor3D, deepest: string) => TensorFeatures;
  /** The gradient `[h, w, 3]` with respect to the picture, from those with respect to some of the features; call it inside `tidy`. */
  gradient: (features: TensorFeatures, of: ReadonlyMap<string, Tensor3D>) => Tensor3D;
  dispose: () => void;
};

/** The network `slim`. Its layers have multiples of 8 channels. Throws `model_missing` if the file lacks a layer. */
export function slimOnTensors(weights: Weights): TensorNet {
  const layers = vgg19Layers('slim').map((name) => layerOf(weights, name));
  return {
    features(picture, deepest) {
      const found = new Map<string, Tensor3D>();
      let x = picture;
      for (const layer of layers) {
        if (isFirstOfBlock(layer)) x = maxPool(x, 2, 2, 'valid');
        x = rectified(x, layer);
        found.set(layer.name, x);
        if (layer.name === deepest) break;
      }
      return found;
    },
    gradient(features, of) {
      let dy: Tensor3D | undefined;
      for (const [i, layer] of [...layers.entries()].reverse()) {
        const y = features.get(layer.name);
        if (!y) continue;
        const own = of.get(layer.name);
        const all = own && dy ? add<Tensor3D>(own, dy) : (own ?? dy);
        if (!all) continue;
        dy = reluConvAdjoint(all, y, layer.turned);
        if (isFirstOfBlock(layer)) dy = maxPoolAdjoint(features.get(layers[i - 1]!.name)!, dy);
      }
      if (!dy) throw new RangeError('gradient: expected one with respect to some layer');
      return slice(dy, [0, 0, 0], [dy.shape[0], dy.shape[1], COLOURS]);
    },
    dispose() {
      for (const { filter, bias, turned } of layers)
        for (const tensor of [filter, bias, turned]) tensor.dispose();
    },
  };
}

/** Whether a layer works on the features of the block before, at half of their size. */
const isFirstOfBlock = ({ name }: Layer): boolean => name.endsWith('_1') && name !== 'relu1_1';

/** The kernel of the first layer adds the bias and rectifies; that of the others multiplies less instead. */
function rectified(x: Tensor3D, { filter, bias }: Layer): Tensor3D {
  if (filter.shape[2] === COLOURS) return reflectConv(x, filter, bias, { stride: 1, relu: true });
  return relu(add<Tensor3D>(reflectConv(x, filter, undefined, { stride: 1, relu: false }), bias));
}

function layerOf(weights: Weights, name: string): Layer {
  const { filter, bias } = convWeights(weights, 'slim', name.slice(4));
  const [outputs, inputs] = filter.shape as [number, number, number, number];
  const filled = inputs === COLOURS ? FILLED_COLOURS : inputs;
  const values = channelsLast(filter.data, outputs, inputs);
  return {
    name,
    filter: tensor4d(values, [3, 3, inputs, outputs]),
    bias: tensor1d(bias.data),
    turned: tensor4d(turnedFilter(values, { inputs, outputs, filled }), [3, 3, outputs, filled]),
  };
}

/** `[out, in, 3, 3]` as `[3, 3, in, out]`. */
function channelsLast(data: Float32Array, outputs: number, inputs: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let tap = 0; tap < 9; tap++)
        out[(tap * inputs + i) * outputs + o] = data[(o * inputs + i) * 9 + tap]!;
    }
  }
  return out;
}
