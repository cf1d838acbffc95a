// The slim network on tf.js against the same network as a graph.
import { memory, tensor3d, tidy } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { gradients } from '../../../src/graph/gradients.ts';
import { createGraph, type Value } from '../../../src/graph/graph.ts';
import { add, mul, square } from '../../../src/graph/ops/elementwise.ts';
import { sum } from '../../../src/graph/ops/reduce.ts';
import { slimOnTensors } from '../../../src/nets/vgg19/on-tensors.ts';
import { vgg19Features } from '../../../src/nets/vgg19/vgg19.ts';
import { evaluate } from '../../helpers/nets/ort-engine.ts';
import { seededSlim } from '../../helpers/nets/seeded-vgg19.ts';

const [WIDTH, HEIGHT] = [37, 33];
const AREA = WIDTH * HEIGHT;
const layers = ['relu1_2', 'relu3_1', 'relu5_1'];

it('has the features and the gradient of the graph, and leaves no tensors behind', async () => {
  const weights = seededSlim();
  const planes = Float32Array.from({ length: 3 * AREA }, (_, i) => 0.5 + 0.5 * Math.sin(i * i));
  const graph = createGraph();
  const picture = graph.input('picture', [1, 3, HEIGHT, WIDTH]);
  const features = vgg19Features(picture, { weights, variant: 'slim', layers });
  // The gradient of Σ f² / 2 with respect to a feature is the feature.
  const loss = layers
    .map((name) => mul(sum(square(features[name]!)), 0.5))
    .reduce((total, term) => add(total, term));
  const [gradient] = gradients(loss, [picture]) as [Value];
  const wanted = await evaluate(
    graph,
    { deep: features.relu5_1!, gradient },
    { picture: { shape: picture.shape, data: planes } },
  );

  const before = memory().numTensors;
  const net = slimOnTensors(weights);
  const [deep, found] = tidy(() => {
    const data = planes.map((_, i) => planes[(i % 3) * AREA + Math.floor(i / 3)]!);
    const all = net.features(tensor3d(data, [HEIGHT, WIDTH, 3]), 'relu5_1');
    const of = new Map(layers.map((name) => [name, all.get(name)!]));
    return [all.get('relu5_1')!.dataSync(), net.gradient(all, of).dataSync()];
  });
  net.dispose();
  expect(memory().numTensors).toBe(before);

  const [, channels, rows, columns] = wanted.deep!.shape as [number, number, number, number];
  for (const [i, value] of deep.entries()) {
    const at = (i % channels) * rows * columns + Math.floor(i / channels);
    expect(Math.abs(value - wanted.deep!.data[at]!)).toBeLessThan(1e-4 * (1 + Math.abs(value)));
  }
  let [off, whole] = [0, 0];
  for (const [i, value] of found.entries()) {
    const exact = wanted.gradient!.data[(i % 3) * AREA + Math.floor(i / 3)]!;
    off += (value - exact) ** 2;
    whole += exact ** 2;
  }
  expect(Math.sqrt(off / whole)).toBeLessThan(1e-4);
});
