// Makes weights of the larger transfer network as the browser's graph model has it: batch norm and the last layer's halves are put together.
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { TensorData, Weights } from '../../../src/graph/engine.ts';
import type { Converted } from './converters.ts';

const topology = z.object({
  weightsManifest: z
    .array(
      z.object({
        weights: z
          .array(
            z.object({
              name: z.string(),
              shape: z.array(z.int().min(1)).max(4),
              dtype: z.enum(['float32', 'int32']),
              quantization: z.undefined().optional(),
            }),
          )
          .max(4096),
      }),
    )
    .length(1),
});

const BATCH_NORM_EPSILON = 1e-3;

const residuals = [1, 2, 3, 4, 5].flatMap((n) =>
  [1, 2].map((m) => ({
    name: `residual${n}.conv${m}`,
    layer: `transformer/residual/residual${n}/dilate_conv${m}`,
    style: `style_params/transformer/residual/residual${n}/conv${m}/StyleNorm`,
  })),
);
const expansions = [1, 2, 3].map((n) => ({
  name: `expand${n}`,
  layer: `transformer/expand/conv${n}/dilate_conv`,
  style: `style_params/transformer/expand/conv${n}/conv/StyleNorm`,
}));

/**
 * Of `model.json` and its values: `contract1` to `contract3` with `.weight` [height, width, in, out] and `.bias`; `residual1.conv1`
 * to `expand2` with `.depthwise.weight` [3, 3, in, 1] and `.pointwise.weight` [1, 1, in, out], `expand3` with `.weight`; from
 * `residual1.conv1` on also `.gamma` and `.beta`, each a `.weight` [numbers of the style vector, out] and a `.bias`. Throws `Error`
 * for a list that is none, does not fit the values or lacks a layer.
 */
export async function convertMagentaSeparable(paths: readonly string[]): Promise<Converted> {
  const stored = await readStored(paths);
  const tensors = new Map<string, TensorData>();
  for (const n of [1, 2, 3]) {
    const { weight, bias } = withoutBatchNorm(stored, `transformer/contract/conv${n}`);
    tensors.set(`contract${n}.weight`, weight).set(`contract${n}.bias`, bias);
  }
  for (const { name, layer, style } of [...residuals, ...expansions]) {
    const depthwise = named(stored, `${layer}/depthwise_weights`, 4);
    const pointwise = named(stored, `${layer}/pointwise_weights`, 4);
    if (name === 'expand3') tensors.set(`${name}.weight`, joined(depthwise, pointwise));
    else
      tensors.set(`${name}.depthwise.weight`, depthwise).set(`${name}.pointwise.weight`, pointwise);
    for (const [part, projection] of [
      ['gamma', 'Conv_1'],
      ['beta', 'Conv'],
    ]) {
      const { shape, data } = named(stored, `${style}/${projection}/weights`, 4);
      tensors
        .set(`${name}.${part}.weight`, { shape: shape.slice(2), data })
        .set(`${name}.${part}.bias`, named(stored, `${style}/${projection}/biases`, 1));
    }
  }
  return { tensors, dtype: 'F32' };
}

async function readStored([json = '', values = '']: readonly string[]): Promise<Weights> {
  const { weightsManifest } = topology.parse(JSON.parse(await readFile(json, 'utf8')));
  const bytes = Uint8Array.from(await readFile(values));
  const stored = new Map<string, TensorData>();
  let at = 0;
  for (const { name, shape, dtype } of weightsManifest[0]!.weights) {
    const count = shape.reduce((product, size) => product * size, 1);
    if (at + 4 * count > bytes.length)
      throw new Error(`${name}: expected its end within ${bytes.length} bytes`);
    if (dtype === 'float32')
      stored.set(name, { shape, data: new Float32Array(bytes.buffer, at, count) });
    at += 4 * count;
  }
  if (at !== bytes.length) throw new Error(`expected ${at} bytes of values, got ${bytes.length}`);
  return stored;
}

function named(stored: Weights, name: string, rank: number): TensorData {
  const found = stored.get(name);
  if (found?.shape.length === rank) return found;
  throw new Error(`expected ${name} with ${rank} dimensions, got ${found?.shape ?? 'none'}`);
}

/** Exact, since the zeros around a picture come before the convolution. */
function withoutBatchNorm(
  stored: Weights,
  layer: string,
): { weight: TensorData; bias: TensorData } {
  const { shape, data } = named(stored, `${layer}/weights`, 4);
  const part = (name: string) => named(stored, `${layer}/BatchNorm/${name}`, 1).data;
  const [gamma, variance] = [part('Const'), part('moving_variance')];
  const [beta, mean] = [part('beta'), part('moving_mean')];
  const factors = variance.map((v, c) => gamma[c]! / Math.sqrt(v + BATCH_NORM_EPSILON));
  return {
    weight: { shape, data: data.map((v, i) => v * factors[i % factors.length]!) },
    bias: { shape: [beta.length], data: beta.map((v, c) => v - mean[c]! * factors[c]!) },
  };
}

/** A depthwise convolution and a pointwise one after it as one convolution: fewer, larger sums, which are faster. */
function joined(depthwise: TensorData, pointwise: TensorData): TensorData {
  const [height = 0, width = 0, from = 0] = depthwise.shape;
  const to = pointwise.shape[3] as number;
  const data = Float32Array.from({ length: height * width * from * to }, (_, i) => {
    const tap = Math.floor(i / to);
    return depthwise.data[tap]! * pointwise.data[(tap % from) * to + (i % to)]!;
  });
  return { shape: [height, width, from, to], data };
}
