// Weights of VGG19 from a folder of models, for tests that compare with numbers made from them; absent on most machines.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TensorData, Weights } from '../../../src/graph/engine.ts';

const folder =
  process.env.MODELS_MIRROR ?? fileURLToPath(new URL('../../../../shared/models', import.meta.url));

type Entry = { name: string; shape: number[]; offset: number };

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

const floats = (file: string): Float32Array => {
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};

/** The compressed network, or undefined. */
export function smallWeights(): Weights | undefined {
  const path = `${folder}/vgg19-small/5SE`;
  if (!existsSync(`${path}.bin`)) return undefined;
  const entries = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as Entry[];
  const values = floats(`${path}.bin`);
  return new Map(
    entries
      .filter(({ name }) => !name.includes('aux'))
      .map(({ name, shape, offset }): [string, TensorData] => [
        name.replace(/conv(\d)(\d)/, 'conv$1_$2'),
        { shape, data: values.slice(offset / 4, offset / 4 + sizeOf(shape)) },
      ]),
  );
}

/** The first five convolutions of the real network, or undefined. */
export function partialWeights(): Weights | undefined {
  const path = `${folder}/vgg19-partial/vgg19_fp32_to_conv3_1/vgg19.model`;
  if (!existsSync(path)) return undefined;
  const values = floats(path);
  const widths: [string, number, number][] = [
    ['conv1_1', 3, 64],
    ['conv1_2', 64, 64],
    ['conv2_1', 64, 128],
    ['conv2_2', 128, 128],
    ['conv3_1', 128, 256],
  ];
  const weights = new Map<string, TensorData>();
  let at = 0;
  const take = (shape: number[]): TensorData => {
    const data = values.slice(at, at + sizeOf(shape));
    at += data.length;
    return { shape, data };
  };
  for (const [name, from, to] of widths) {
    weights.set(`${name}.weight`, take([to, from, 3, 3]));
    weights.set(`${name}.bias`, take([to]));
  }
  return weights;
}
