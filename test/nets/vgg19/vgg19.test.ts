import { describe, expect, it } from 'vitest';
import type { TensorData, Weights } from '../../../src/graph/engine.ts';
import { createGraph, type Value } from '../../../src/graph/graph.ts';
import { smallestSide, vgg19Features, vgg19Layers } from '../../../src/nets/vgg19/vgg19.ts';
import type { Vgg19Variant } from '../../../src/nets/vgg19/weights.ts';
import seeded from '../../golden/style-seeded.json' with { type: 'json' };
import small from '../../golden/style-small.json' with { type: 'json' };
import real from '../../golden/style-vgg19.json' with { type: 'json' };
import { detail } from '../../helpers/files/golden-images.ts';
import { partialWeights, smallWeights } from '../../helpers/files/vgg19-files.ts';
import { evaluate } from '../../helpers/nets/ort-engine.ts';
import { seededWeights } from '../../helpers/nets/seeded-vgg19.ts';
import { planesOf } from '../../helpers/services/style-runs.ts';

type Facts = {
  mean: number;
  std: number;
  max: number;
  at_0_0_first_8_channels?: number[];
  at_centre_first_8_channels: number[];
};

async function features(
  size: { width: number; height: number },
  options: { weights: Weights; variant: Vgg19Variant; layers: readonly string[] },
): Promise<Record<string, TensorData>> {
  const graph = createGraph();
  const picture = graph.input('picture', [1, 3, size.height, size.width]);
  const { data } = planesOf(detail(size), size);
  const feeds = { picture: { shape: picture.shape, data } };
  return evaluate(graph, vgg19Features(picture, options), feeds);
}

function expectFacts({ shape, data }: TensorData, facts: Facts): void {
  const [, channels = 0, height = 0, width = 0] = shape;
  const mean = data.reduce((sum, v) => sum + v, 0) / data.length;
  const std = Math.sqrt(data.reduce((sum, v) => sum + (v - mean) ** 2, 0) / data.length);
  const at = (y: number, x: number): number[] =>
    Array.from(
      { length: Math.min(8, channels) },
      (_, c) => data[(c * height + y) * width + x] as number,
    );
  const off = (a: number, b: number): number => Math.abs(a - b) / facts.max;
  expect(off(mean, facts.mean)).toBeLessThan(2e-6);
  expect(off(std, facts.std)).toBeLessThan(2e-6);
  const largest = data.reduce((a, b) => Math.max(a, b));
  expect(off(largest, facts.max)).toBeLessThan(2e-6);
  for (const [got, expected] of [
    [at(0, 0), facts.at_0_0_first_8_channels],
    [at(Math.floor(height / 2), Math.floor(width / 2)), facts.at_centre_first_8_channels],
  ])
    for (const [i, value] of (expected ?? []).entries())
      expect(off(got?.[i] as number, value)).toBeLessThan(4e-6);
}

type Case = {
  what: string;
  weights: Weights | undefined;
  variant: Vgg19Variant;
  size: { width: number; height: number };
  facts: Record<string, Facts>;
};

const cases: Case[] = [
  {
    what: 'with seeded weights',
    weights: seededWeights(),
    variant: 'vgg19-small',
    size: { width: 48, height: 48 },
    facts: seeded.features,
  },
  {
    what: 'of the small network (where its file is)',
    weights: smallWeights(),
    variant: 'vgg19-small',
    size: { width: 96, height: 96 },
    facts: small.features,
  },
  {
    what: 'of the original to relu3_1 (where its file is)',
    weights: partialWeights(),
    variant: 'vgg19',
    size: { width: 32, height: 24 },
    facts: real,
  },
];

describe('features of VGG19', () => {
  for (const { what, weights, variant, size, facts } of cases)
    it.skipIf(!weights)(`${what} are those of an independent implementation`, async () => {
      const layers = Object.keys(facts);
      const found = await features(size, { weights: weights as Weights, variant, layers });
      for (const name of layers) expectFacts(found[name] as TensorData, facts[name] as Facts);
    });

  it('exist for the smallest allowed picture, and are refused for a smaller one', async () => {
    const weights = seededWeights();
    for (const [layer, side] of [
      ['relu1_2', 2],
      ['relu3_1', 8],
      ['relu5_1', 32],
    ] as const) {
      const options = { weights, variant: 'vgg19-small' as const, layers: [layer] };
      expect(smallestSide('vgg19-small', [layer])).toBe(side);
      const found = await features({ width: side, height: side }, options);
      expect(found[layer]?.shape.slice(2)).toEqual([2, 2]);
      const less = { width: side, height: side - 1 };
      await expect(features(less, options)).rejects.toThrow(`expected sides from ${side} px`);
    }
    expect(smallestSide('vgg19', ['relu5_4', 'relu1_1'])).toBe(16);
  });

  it('are named like the convolutions they follow', () => {
    expect(vgg19Layers('vgg19')).toHaveLength(16);
    expect(vgg19Layers('vgg19').at(-1)).toBe('relu5_4');
    expect(vgg19Layers('vgg19-small').at(-1)).toBe('relu5_1');
    const picture = (): Value => createGraph().input('picture', [1, 3, 64, 64]);
    const options = { weights: seededWeights(), variant: 'vgg19-small' as const };
    expect(() => vgg19Features(picture(), { ...options, layers: ['relu5_2'] })).toThrow(
      'relu5_1 (vgg19-small), got relu5_2',
    );
  });

  it('of a file without a layer are a missing model, with the command that installs it', () => {
    const weights = new Map(seededWeights());
    weights.delete('conv2_1.bias');
    const picture = createGraph().input('picture', [1, 3, 64, 64]);
    const layers = ['relu2_1'];
    expect(() => vgg19Features(picture, { weights, variant: 'vgg19-small', layers })).toThrow(
      expect.objectContaining({
        code: 'model_missing',
        message: expect.stringContaining('npm run models vgg19-small'),
      }),
    );
  });

  it('of a dark and a bright picture differ at the borders, where zero padding stands for the mean colour', async () => {
    // The original pads with zeros after subtracting the mean, so a picture of the mean colour has no visible border.
    const filter = new Float32Array(3 * 9).fill(1 / 27);
    const weights = new Map<string, TensorData>([
      ['conv1_1.weight', { shape: [1, 3, 3, 3], data: filter }],
      ['conv1_1.bias', { shape: [1], data: Float32Array.of(5) }],
    ]);
    const graph = createGraph();
    const picture = graph.input('picture', [1, 3, 4, 4]);
    const outputs = vgg19Features(picture, { weights, variant: 'vgg19', layers: ['relu1_1'] });
    const data = new Float32Array(48);
    for (const [c, level] of [123.68, 116.779, 103.939].entries())
      data.fill(level / 255, 16 * c, 16 * (c + 1));
    const found = await evaluate(graph, outputs, { picture: { shape: [1, 3, 4, 4], data } });
    for (const value of found.relu1_1?.data ?? []) expect(Math.abs(value - 5)).toBeLessThan(1e-4);
  });
});
