// Draws the cells of a picture by the pixel-art network on tf.js: the difference of each cell's colour to its mean.
import {
  add,
  fused,
  leakyRelu,
  type Tensor,
  type Tensor4D,
  tensor1d,
  tensor4d,
  tidy,
} from '@tensorflow/tfjs-core';
import { AppError } from '../../errors.ts';
import type { TensorData, Weights } from '../../graph/engine.ts';
import type { Pace } from '../../timing.ts';
import type { Rgb } from '../rgb.ts';
import { blurred } from './blurred.ts';
import { networkInput } from './network-input.ts';
import { BLOCKS, CELL_PIXELS, CHROMA_GAIN, INPUT_CHANNELS, LOW_BAND, SLOPE } from './sizes.ts';
import { smoothLuma } from './smooth-luma.ts';

export type Drawing = {
  /** 0…1: share of the fine detail that the network sees beside the calmed picture. */
  detail: number;
  /** Factor on what becomes darker than its mean; 1 as learned. */
  darker: number;
};

/** Rough shares of the work: smoothing, all convolutions, and the cells' colours. */
const SHARES = { smooth: 0.3, convolve: 0.6, colour: 0.1 };
/** Pieces that the convolutions are done in: the first, each block, the last. */
const PIECES = BLOCKS + 2;

/** Luma of sRGB codes (Rec. 601), as the network was trained with it. */
const RED = 0.299;
const BLUE = 0.114;
const GREEN = 1 - RED - BLUE;

/**
 * `picture` has 4×4 pixels a cell. The result has one pixel a cell: the drawn colour less the mean of the cell's codes, in about
 * −1…1. Its low band (a Gaussian of 4 cells) is near 0. Throws `model_missing` if the file lacks a layer.
 */
export async function drawCells(
  picture: Rgb,
  { detail, darker }: Drawing,
  { weights, pace }: { weights: Weights; pace: Pace },
): Promise<Rgb> {
  const { width, height } = picture;
  const size = { width: width / CELL_PIXELS, height: height / CELL_PIXELS };
  const count = size.width * size.height;
  const raw = lumaOf(picture);
  const smooth = smoothLuma(raw, width, height);
  await pace(SHARES.smooth);
  const input = networkInput({ width, height, raw, smooth }, detail);
  const out = await runNetwork(input, size, { weights, pace });
  const difference = new Float32Array(count);
  const gain = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    difference[i] = out[2 * i]!;
    gain[i] = CHROMA_GAIN.middle + CHROMA_GAIN.reach * Math.tanh(out[2 * i + 1]!);
  }
  const low = blurred(difference, size, LOW_BAND);
  for (let i = 0; i < count; i++) {
    const value = difference[i]! - low[i]! + input.calmed[i]!;
    difference[i] = value < 0 ? darker * value : value;
  }
  const drawn = coloured(chromaOf(picture, size), { difference, gain, size });
  await pace(SHARES.colour);
  return { ...size, data: drawn };
}

function lumaOf({ data }: Rgb): Float32Array {
  const luma = new Float32Array(data.length / 3);
  for (let i = 0, j = 0; i < luma.length; i++, j += 3) {
    luma[i] = RED * data[j]! + GREEN * data[j + 1]! + BLUE * data[j + 2]!;
  }
  return luma;
}

/** Means of R − Y and B − Y over each cell, as two planes. */
function chromaOf({ width, data }: Rgb, size: { width: number; height: number }) {
  const planes = [
    new Float32Array(size.width * size.height),
    new Float32Array(size.width * size.height),
  ];
  for (let p = 0, j = 0; j < data.length; p++, j += 3) {
    const y = Math.floor(p / width);
    const at = Math.floor(y / CELL_PIXELS) * size.width + Math.floor((p % width) / CELL_PIXELS);
    const luma = RED * data[j]! + GREEN * data[j + 1]! + BLUE * data[j + 2]!;
    planes[0]![at]! += (data[j]! - luma) / CELL_PIXELS ** 2;
    planes[1]![at]! += (data[j + 2]! - luma) / CELL_PIXELS ** 2;
  }
  return planes as [Float32Array, Float32Array];
}

/** The difference of luma in all channels, and of chroma its own high band times the gain. */
function coloured(
  [red, blue]: [Float32Array, Float32Array],
  {
    difference,
    gain,
    size,
  }: { difference: Float32Array; gain: Float32Array; size: { width: number; height: number } },
): Float32Array {
  const [lowRed, lowBlue] = [blurred(red, size, 1), blurred(blue, size, 1)];
  const out = new Float32Array(3 * difference.length);
  for (let i = 0, j = 0; i < difference.length; i++, j += 3) {
    const r = gain[i]! * (red[i]! - lowRed[i]!);
    const b = gain[i]! * (blue[i]! - lowBlue[i]!);
    out[j] = difference[i]! + r;
    out[j + 1] = difference[i]! - (RED * r + BLUE * b) / GREEN;
    out[j + 2] = difference[i]! + b;
  }
  return out;
}

/** The network's two outputs, cell by cell. */
async function runNetwork(
  { data }: { data: Float32Array },
  { width, height }: { width: number; height: number },
  { weights, pace }: { weights: Weights; pace: Pace },
): Promise<Float32Array> {
  const layerOf = layersOf(weights);
  const conv = (x: Tensor4D, name: string, leaky: boolean): Tensor4D =>
    tidy(() => {
      const { filter, bias } = layerOf(name);
      return fused.conv2d({
        x,
        filter: tensor4d(filter.data, filter.shape as [number, number, number, number]),
        strides: 1,
        pad: 'same',
        bias: tensor1d(bias),
        ...(leaky && { activation: 'leakyrelu', leakyreluAlpha: SLOPE }),
      });
    });
  const replace = async (x: Tensor4D, next: (x: Tensor4D) => Tensor4D): Promise<Tensor4D> => {
    const made = tidy(() => next(x));
    x.dispose();
    await pace(SHARES.convolve / PIECES);
    return made;
  };
  let x = tensor4d(data, [1, height, width, INPUT_CHANNELS]);
  try {
    x = await replace(x, (from) => conv(from, 'stem', true));
    for (let block = 0; block < BLOCKS; block++) {
      x = await replace(x, (from) => {
        const inner = conv(from, `block${block}.conv1`, true);
        return add(from, conv(inner, `block${block}.conv2`, false));
      });
    }
    x = await replace(x, (from) => conv(leakyRelu(from, SLOPE) as Tensor4D, 'head', false));
    return (await (x as Tensor).data()) as Float32Array;
  } finally {
    x.dispose();
  }
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
    const layer = { filter, bias: tensorOf(weights, `${name}.bias`).data };
    known.set(name, layer);
    return layer;
  };
}

function tensorOf(weights: Weights, name: string): TensorData {
  const found = weights.get(name);
  if (found) return { shape: found.shape, data: found.data };
  throw new AppError('model_missing', `pixelart: expected a tensor ${name}, got none`);
}

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
