// The convolutions of the pixel-art network on tf.js.
import { leakyRelu, type Tensor3D, tensor1d, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { AppError } from '../../errors.ts';
import type { TensorData, Weights } from '../../graph/engine.ts';
import type { Size } from '../../image.ts';
import { sameConv } from '../../tensor/ops/same-conv.ts';
import { type Pace, portion } from '../../timing.ts';
import { BLOCKS, SLOPE } from './sizes.ts';

/** Output channels of a filter are filled up with zeros to a multiple of this, as the kernel on WASM requires. */
const CHANNELS_AT_ONCE = 8;
/** Pieces that the work is done in: the first convolution, each block, the last. */
const PIECES = BLOCKS + 2;

/** The two outputs of each cell: the difference of luma, and the gain on chroma before its bounds. */
export type Drawn = Size & { difference: Float32Array; gain: Float32Array };

/** Takes over `cells` `[rows, columns, 32]` and frees them. Throws `model_missing` if the file lacks a layer. */
export async function runNetwork(
  cells: Tensor3D,
  { weights, pace }: { weights: Weights; pace: Pace },
): Promise<Drawn> {
  const layerOf = layersOf(weights);
  const conv = (x: Tensor3D, name: string, slope: number, other?: Tensor3D): Tensor3D => {
    const { filter, bias } = layerOf(name);
    const shape = filter.shape as [number, number, number, number];
    const tensors = { filter: tensor4d(filter.data, shape), bias: tensor1d(bias), other };
    return sameConv(x, tensors, { slope });
  };
  const piece = portion(pace, 1 / PIECES);
  let x = cells;
  const replace = async (next: (x: Tensor3D) => Tensor3D): Promise<void> => {
    const made = tidy(() => next(x));
    x.dispose();
    x = made;
    await piece(1);
  };
  try {
    await replace((from) => conv(from, 'stem', SLOPE));
    for (let block = 0; block < BLOCKS; block++) {
      await replace((from) => {
        const inner = conv(from, `block${block}.conv1`, SLOPE);
        return conv(inner, `block${block}.conv2`, 1, from);
      });
    }
    await replace((from) => conv(leakyRelu(from, SLOPE), 'head', 1));
    const [height, width, channels] = x.shape;
    return { width, height, ...outputsOf(await x.data<'float32'>(), channels) };
  } finally {
    x.dispose();
  }
}

/** The first two of so many channels. */
function outputsOf(values: Float32Array, channels: number): Omit<Drawn, keyof Size> {
  const count = values.length / channels;
  const [difference, gain] = [new Float32Array(count), new Float32Array(count)];
  for (let i = 0, j = 0; i < count; i++, j += channels) {
    difference[i] = values[j]!;
    gain[i] = values[j + 1]!;
  }
  return { difference, gain };
}

type Layer = { filter: TensorData; bias: Float32Array };

const opened = new WeakMap<Weights, Map<string, Layer>>();

/** Layers as tf.js has them, each converted once: the file has halves, with channels first. */
function layersOf(weights: Weights): (name: string) => Layer {
  const known = opened.get(weights) ?? new Map<string, Layer>();
  opened.set(weights, known);
  return (name) => {
    const before = known.get(name);
    if (before) return before;
    const filter = transposed(tensorOf(weights, `${name}.weight`));
    const bias = new Float32Array(filter.shape[3]!);
    bias.set(tensorOf(weights, `${name}.bias`).data);
    const layer = { filter, bias };
    known.set(name, layer);
    return layer;
  };
}

function tensorOf(weights: Weights, name: string): TensorData {
  const found = weights.get(name);
  if (found) return { shape: found.shape, data: found.data };
  throw new AppError('model_missing', `pixelart: expected a tensor ${name}, got none`);
}

/** [o, c, h, w] as [h, w, c, o], with o filled up. */
function transposed({ shape, data }: TensorData): TensorData {
  const [o, c, h, w] = shape as [number, number, number, number];
  const outputs = CHANNELS_AT_ONCE * Math.ceil(o / CHANNELS_AT_ONCE);
  const out = new Float32Array(h * w * c * outputs);
  for (let i = 0; i < o; i++) {
    for (let j = 0; j < c; j++) {
      for (let tap = 0; tap < h * w; tap++) {
        out[(tap * c + j) * outputs + i] = data[(i * c + j) * h * w + tap]!;
      }
    }
  }
  return { shape: [h, w, c, outputs], data: out };
}
