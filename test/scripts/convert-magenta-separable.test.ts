import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convertMagentaSeparable } from '../../scripts/models/convert/magenta-separable.ts';
import type { TensorData } from '../../src/graph/engine.ts';
import { hash32 } from '../helpers/files/golden-images.ts';
import { largestDifference } from '../helpers/files/rgb-pictures.ts';
import { conv, depthwise, type Filter, volume } from '../helpers/nets/plain-layers.ts';

/** The graph model's names and shapes, with two channels everywhere. */
function shapesOf(): [name: string, shape: number[]][] {
  const contract = [1, 2, 3].flatMap((n): [string, number[]][] => {
    const layer = `transformer/contract/conv${n}`;
    const parts = ['Const', 'beta', 'moving_mean', 'moving_variance'];
    return [
      [`${layer}/weights`, [3, 3, 2, 2]],
      ...parts.map((part): [string, number[]] => [`${layer}/BatchNorm/${part}`, [2]]),
    ];
  });
  const residual = [1, 2, 3, 4, 5].flatMap((n) =>
    [1, 2].map((m) => [`residual/residual${n}/dilate_conv${m}`, `residual/residual${n}/conv${m}`]),
  );
  const expand = [1, 2, 3].map((n) => [`expand/conv${n}/dilate_conv`, `expand/conv${n}/conv`]);
  const separable = [...residual, ...expand].flatMap(([layer, style]): [string, number[]][] => [
    [`transformer/${layer}/depthwise_weights`, [3, 3, 2, 1]],
    [`transformer/${layer}/pointwise_weights`, [1, 1, 2, 2]],
    ...['Conv', 'Conv_1'].flatMap((projection): [string, number[]][] => [
      [`style_params/transformer/${style}/StyleNorm/${projection}/weights`, [1, 1, 100, 2]],
      [`style_params/transformer/${style}/StyleNorm/${projection}/biases`, [2]],
    ]),
  ]);
  return [...contract, ['transformer/some/paddings', [4, 2]], ...separable];
}

let folder: string;
let paths: string[];
const stored = new Map<string, Filter>();

async function write(list: [string, number[]][], values: Float32Array): Promise<string[]> {
  const weights = list.map(([name, shape]) => ({
    ...{ name, shape },
    dtype: name.endsWith('paddings') ? 'int32' : 'float32',
  }));
  const files = [join(folder, 'model.json'), join(folder, 'values')];
  await writeFile(files[0] as string, JSON.stringify({ weightsManifest: [{ weights }] }));
  await writeFile(files[1] as string, new Uint8Array(values.buffer));
  return files;
}

const list = shapesOf();
const countOf = (shape: number[]): number => shape.reduce((product, n) => product * n, 1);
const total = list.reduce((sum, [, shape]) => sum + countOf(shape), 0);
// From a quarter to five quarters: variances are above 0.
const values = Float32Array.from({ length: total }, (_, i) => 0.25 + (hash32(i) >>> 8) / 2 ** 24);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-separable-'));
  paths = await write(list, values);
  let at = 0;
  for (const [name, shape] of list) {
    stored.set(name, { shape, data: values.subarray(at, at + countOf(shape)) });
    at += countOf(shape);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const of = (tensors: ReadonlyMap<string, TensorData>, name: string): TensorData => {
  const found = tensors.get(name);
  if (!found) throw new Error(`expected ${name}`);
  return found;
};

describe('the converter of the larger transfer network', () => {
  it('puts both halves of the last layer together', async () => {
    const { tensors } = await convertMagentaSeparable(paths);
    const x = volume({ height: 5, width: 4, channels: 2 }, (y, i, c) => Math.sin(y + 2 * i + c));
    const layer = 'transformer/expand/conv3/dilate_conv';
    const around = { stride: 1, padding: 1 };
    const inner = depthwise(x, stored.get(`${layer}/depthwise_weights`)!, around);
    const two = conv(inner, stored.get(`${layer}/pointwise_weights`)!, { stride: 1, padding: 0 });
    const one = conv(x, of(tensors, 'expand3.weight'), around);
    expect(largestDifference(one.data, two.data)).toBeLessThan(1e-5);
    expect(tensors.has('expand3.depthwise.weight')).toBe(false);
  });

  it('folds batch norm into the convolutions before it', async () => {
    const { tensors } = await convertMagentaSeparable(paths);
    const part = (name: string) => stored.get(`transformer/contract/conv2/BatchNorm/${name}`)!.data;
    const value = 0.7;
    for (const c of [0, 1]) {
      const deviation = Math.sqrt(part('moving_variance')[c]! + 1e-3);
      const plain = stored.get('transformer/contract/conv2/weights')!.data[c]! * value;
      const normed =
        ((plain - part('moving_mean')[c]!) / deviation) * part('Const')[c]! + part('beta')[c]!;
      const folded =
        of(tensors, 'contract2.weight').data[c]! * value + of(tensors, 'contract2.bias').data[c]!;
      expect(folded).toBeCloseTo(normed, 5);
    }
  });

  it('tells scales from shifts by the names of their projections', async () => {
    const { tensors } = await convertMagentaSeparable(paths);
    const style = 'style_params/transformer/residual/residual4/conv2/StyleNorm';
    const gamma = of(tensors, 'residual4.conv2.gamma.weight');
    expect(gamma.shape).toEqual([100, 2]);
    expect(gamma.data).toEqual(stored.get(`${style}/Conv_1/weights`)!.data);
    expect(of(tensors, 'residual4.conv2.beta.bias').data).toEqual(
      stored.get(`${style}/Conv/biases`)!.data,
    );
  });

  it('refuses values that do not fit the list, and a list that lacks a layer', async () => {
    const short = await write(list, values.slice(0, -1));
    await expect(convertMagentaSeparable(short)).rejects.toThrow('expected its end within');
    const less = list.filter(([name]) => name !== 'transformer/contract/conv3/weights');
    const fewer = await write(less, values.slice(0, total - 36));
    await expect(convertMagentaSeparable(fewer)).rejects.toThrow(
      'expected transformer/contract/conv3/weights with 4 dimensions, got none',
    );
  });
});
