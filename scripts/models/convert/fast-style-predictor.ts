// Converts the predictor's TFLite file: MobileNetV2's layers in their order, kept in 8 bits.
import { readFile } from 'node:fs/promises';
import type { TensorData } from '../../../src/graph/engine.ts';
import type { Converted } from './converters.ts';
import {
  CONV_2D,
  DEPTHWISE_CONV_2D,
  integersOf,
  readTflite,
  type TfliteOperator,
  type TfliteTensor,
} from './tflite.ts';
import { toHwio } from './to-hwio.ts';

const BLOCKS = 17;

const names = [
  'stem',
  ...Array.from({ length: BLOCKS }, (_, i) => i + 1).flatMap((n) => [
    ...(n > 1 ? [`block${n}.expand`] : []),
    `block${n}.depthwise`,
    `block${n}.project`,
  ]),
  'head',
  'vector',
];

/**
 * Each layer's `.weight` as integers, [height, width, in, out] or for `depthwise` [height, width, channels, 1], and its `.scale`
 * and `.bias` for each output channel. Throws `Error` naming a layer that is not as expected.
 */
export async function convertFastStylePredictor([
  path = '',
]: readonly string[]): Promise<Converted> {
  const { operators } = readTflite(await readFile(path));
  const layers = operators.filter(({ code }) => code === CONV_2D || code === DEPTHWISE_CONV_2D);
  if (layers.length !== names.length) {
    throw new Error(`expected ${names.length} convolutions, got ${layers.length}`);
  }
  const tensors = new Map<string, TensorData>();
  for (const [i, layer] of layers.entries()) {
    const name = names[i] as string;
    for (const [part, tensor] of Object.entries(readLayer(name, layer))) {
      tensors.set(`${name}.${part}`, tensor);
    }
  }
  return { tensors, dtype: (name) => (name.endsWith('.weight') ? 'I8' : 'F32') };
}

function readLayer(name: string, { code, inputs }: TfliteOperator): Record<string, TensorData> {
  const [, filter, biases] = inputs;
  const depthwise = name.endsWith('depthwise');
  if (!filter || !biases || (code === DEPTHWISE_CONV_2D) !== depthwise) {
    throw new Error(`${name}: expected a ${depthwise ? 'depthwise ' : ''}convolution with a bias`);
  }
  const weight = depthwise ? depthwiseOf(filter) : toHwio(filter, integersOf(filter));
  const channels = weight.shape[depthwise ? 2 : 3] as number;
  checkScales(name, filter, channels);
  checkScales(name, biases, channels);
  const values = integersOf(biases);
  return {
    weight,
    scale: { shape: [channels], data: Float32Array.from(filter.scales) },
    bias: {
      shape: [channels],
      data: Float32Array.from(values, (value, i) => value * (biases.scales[i] as number)),
    },
  };
}

/** TFLite stores depthwise filters as [1, height, width, channels]. */
function depthwiseOf(filter: TfliteTensor): TensorData {
  const [one, height = 0, width = 0, channels = 0] = filter.shape;
  if (one !== 1) throw new Error(`${filter.name}: expected one filter per channel`);
  return { shape: [height, width, channels, 1], data: Float32Array.from(integersOf(filter)) };
}

function checkScales(name: string, tensor: TfliteTensor, channels: number): void {
  const { scales, zeroPoints } = tensor;
  const symmetric = zeroPoints.every((point) => point === 0);
  if (scales.length === channels && symmetric) return;
  throw new Error(
    `${name}: expected ${channels} scales around 0, got ${scales.length} around ${zeroPoints[0]}`,
  );
}
