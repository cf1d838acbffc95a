// Measures fast style transfer inside workerd: our networks, the transfer network transcribed in plain tf.js, and the network of the named styles.
import { type Tensor, tensor3d } from '@tensorflow/tfjs-core';
import type { Weights } from '../../src/graph/engine.ts';
import { readSafetensors } from '../../src/models/safetensors.ts';
import { predictStyle, STYLE_SIDE } from '../../src/nets/magenta/predictor.ts';
import { transferStyle } from '../../src/nets/magenta/transform.ts';
import { NAMED_STYLES } from '../../src/nets/named-styles/names.ts';
import { paintInStyle, styleNumbers } from '../../src/nets/named-styles/transform.ts';
import type { Rgb } from '../../src/nets/rgb.ts';
import { noPace } from '../../src/timing.ts';
import { detail } from '../../test/helpers/files/golden-images.ts';
import { type Transcription, transcribeMagenta } from '../rivals/magenta-transcription.ts';
import { fileOf, time, unlimitedHeaps, unlimitedTensors } from './engine.ts';

/** Each way needs the weights of its model, stored under the model's name. */
export type FastStyleWay = 'transfer' | 'transcription' | 'predictor' | 'named';

type Options = { way: FastStyleWay; side: number };

const vector = Float32Array.from({ length: 100 }, (_, i) => Math.sin(i));

const pictures = new Map<number, Rgb>();
function pictureOf(side: number): Rgb {
  const size = { width: side, height: side };
  const known = pictures.get(side) ?? {
    ...size,
    data: Float32Array.from(detail(size), (level) => level / 255),
  };
  pictures.set(side, known);
  return known;
}

const loaded = new Map<string, Weights>();
function weightsOf(model: string): Weights {
  const weights = loaded.get(model) ?? readSafetensors(fileOf(model), { lazy: true }).tensors;
  loaded.set(model, weights);
  return weights;
}

let transcription: Transcription | undefined;
function transcribed({ width, height, data }: Rgb): Promise<Float32Array> {
  transcription ??= transcribeMagenta(weightsOf('fast-style'));
  const content = tensor3d(data, [height, width, 3]);
  const painted = transcription.paint(content, vector);
  content.dispose();
  return taken(painted);
}

async function taken(tensor: Tensor): Promise<Float32Array> {
  const values = await tensor.data<'float32'>();
  tensor.dispose();
  return values;
}

const ways: Record<FastStyleWay, (picture: Rgb) => Promise<Float32Array>> = {
  transfer: async (picture) => {
    const use = { weights: weightsOf('fast-style'), pace: noPace };
    return (await transferStyle(picture, vector, use)).data;
  },
  transcription: transcribed,
  named: async (picture) => {
    const use = { weights: weightsOf('named-styles'), pace: noPace };
    return (await paintInStyle(picture, styleNumbers(use.weights, NAMED_STYLES[0]!), use)).data;
  },
  predictor: () => {
    const use = { weights: weightsOf('fast-style-predictor'), pace: noPace };
    return predictStyle(pictureOf(STYLE_SIDE), use);
  },
};

/** Mean milliseconds of `repeat` runs. */
async function fastStyle({
  way,
  side,
  repeat,
}: Options & { repeat: number }): Promise<{ ms: number }> {
  await unlimitedTensors.prepare();
  const picture = pictureOf(side);
  const ms = await time(async () => {
    for (let i = 0; i < repeat; i++) await ways[way](picture);
  });
  return { ms: ms / repeat };
}

/** Bytes of the WASM memory after one run: the peak of the run if nothing larger ran before. */
async function fastStyleMemory({ way, side }: Options): Promise<{ bytes: number }> {
  await unlimitedTensors.prepare();
  await ways[way](pictureOf(side));
  return { bytes: unlimitedHeaps.held().large };
}

/** Largest difference between the results of two ways, 0…1. */
async function fastStyleAgreement(options: {
  one: FastStyleWay;
  other: FastStyleWay;
  side: number;
}): Promise<{ difference: number }> {
  await unlimitedTensors.prepare();
  const picture = pictureOf(options.side);
  const one = await ways[options.one](picture);
  const other = await ways[options.other](picture);
  const difference = one.reduce((most, v, i) => Math.max(most, Math.abs(v - other[i]!)), 0);
  return { difference };
}

export const fastStyleMeasurements = { fastStyle, fastStyleMemory, fastStyleAgreement };
