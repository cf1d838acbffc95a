// Features of 8-bit pictures by VGG19 on tf.js, and their statistics. Shares no code with the optimiser.
import {
  add,
  conv2d,
  matMul,
  maxPool,
  mirrorPad,
  mul,
  relu,
  reshape,
  reverse,
  sub,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensor,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import type { Weights } from '../../src/graph/engine.ts';
import type { Image } from '../../src/image.ts';

/** `small`: reflection padding, and a first layer that normalises; `full`: zero padding, BGR levels minus their mean. */
export type Network = { kind: 'small' | 'full'; weights: Weights };

/** Statistics of a layer: the Gram matrix divided by the number of positions, and quantiles of projections. */
export type LayerStatistics = { gram: Float32Array; quantiles: Float32Array[] };
export type PictureStatistics = {
  layers: Record<string, LayerStatistics>;
  content: Float32Array;
};

const POOLED = ['2_1', '3_1', '4_1', '5_1'];
const DIRECTIONS = 32;
const QUANTILES = 256;

/** Statistics after these `layers` (`1_1` …), and the values after the layer `content`, if the network has it. */
export async function statisticsOf(
  image: Image,
  { kind, weights }: Network,
  { layers, content }: { layers: readonly string[]; content?: string },
): Promise<PictureStatistics> {
  const found: Record<string, Tensor4D> = {};
  tidy(() => {
    let x = prepared(image, kind, weights);
    for (const name of namesOf(weights)) {
      if (POOLED.includes(name)) x = maxPool(x, 2, 2, 'valid');
      x = convolved(x, kind, weights, name);
      if (layers.includes(name) || name === content) found[name] = x;
    }
    return Object.values(found);
  });
  const statistics: Record<string, LayerStatistics> = {};
  for (const name of layers) statistics[name] = await layerStatistics(found[name]!);
  const values = content === undefined ? undefined : await found[content]?.data<'float32'>();
  for (const one of Object.values(found)) one.dispose();
  return { layers: statistics, content: values ?? new Float32Array() };
}

const namesOf = (weights: Weights): string[] =>
  [...weights.keys()]
    .map((key) => /^conv(\d_\d)\.weight$/.exec(key)?.[1])
    .filter((name) => name !== undefined)
    .sort();

function prepared({ width, height, data }: Image, kind: Network['kind'], weights: Weights) {
  const rgb = Float32Array.from({ length: 3 * width * height }, (_, i) => {
    const value = data[4 * Math.floor(i / 3) + (i % 3)]!;
    return kind === 'small' ? value / 255 : value;
  });
  const x = tensor(rgb, [1, height, width, 3]) as Tensor4D;
  if (kind === 'small') return layer(x, weights, 'conv0', 'valid');
  return sub<Tensor4D>(reverse(x, 3), tensor([103.939, 116.779, 123.68]));
}

function convolved(x: Tensor4D, kind: Network['kind'], weights: Weights, name: string): Tensor4D {
  if (kind === 'full') return relu(layer(x, weights, `conv${name}`, 'same'));
  const one: [number, number] = [1, 1];
  const padded = mirrorPad(x, [[0, 0], one, one, [0, 0]], 'reflect');
  return relu(layer(padded, weights, `conv${name}`, 'valid'));
}

function layer(x: Tensor4D, weights: Weights, name: string, pad: 'same' | 'valid'): Tensor4D {
  const of = (part: string): Tensor => {
    const { data, shape } = weights.get(`${name}.${part}`)!;
    return tensor(data, [...shape]);
  };
  const filter = transpose(of('weight'), [2, 3, 1, 0]) as Tensor4D;
  return add<Tensor4D>(conv2d(x, filter, 1, pad), of('bias'));
}

async function layerStatistics(features: Tensor4D): Promise<LayerStatistics> {
  const [, height, width, channels] = features.shape;
  const n = height * width;
  const [gram, projected] = tidy(() => {
    const f = reshape(features, [n, channels]) as Tensor2D;
    const product = mul<Tensor2D>(matMul(transpose(f), f), 1 / n);
    const along = tensor(directions(channels), [channels, DIRECTIONS]) as Tensor2D;
    return [product, transpose(matMul(f, along))] as const;
  });
  const values = (await projected.data()) as Float32Array;
  const quantiles = Array.from({ length: DIRECTIONS }, (_, k) =>
    quantilesOf(values.slice(k * n, (k + 1) * n).sort()),
  );
  const result = { gram: await gram.data<'float32'>(), quantiles };
  gram.dispose();
  projected.dispose();
  return result;
}

function quantilesOf(sorted: Float32Array): Float32Array {
  return Float32Array.from({ length: QUANTILES }, (_, i) => {
    const at = ((i + 0.5) / QUANTILES) * sorted.length - 0.5;
    const low = Math.max(0, Math.floor(at));
    const high = Math.min(sorted.length - 1, low + 1);
    return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
  });
}

const known = new Map<number, Float32Array>();

/** Unit vectors of `channels` values, as columns; the same in every run. */
function directions(channels: number): Float32Array {
  const before = known.get(channels);
  if (before) return before;
  let state = channels;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const made = Float32Array.from({ length: channels * DIRECTIONS }, normal);
  for (let k = 0; k < DIRECTIONS; k++) {
    let squares = 0;
    for (let c = 0; c < channels; c++) squares += made[c * DIRECTIONS + k]! ** 2;
    for (let c = 0; c < channels; c++) made[c * DIRECTIONS + k]! /= Math.sqrt(squares);
  }
  known.set(channels, made);
  return made;
}
