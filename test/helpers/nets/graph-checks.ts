// Helpers for tests of graphs: seeded numbers, conversion of layouts to tf.js, finite differences.
import { type Tensor, type Tensor4D, tensor, tensor4d, transpose } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { TensorData } from '../../../src/graph/engine.ts';
import { gradients } from '../../../src/graph/gradients.ts';
import { createGraph, type Graph, type Value } from '../../../src/graph/graph.ts';
import { writeOnnx } from '../../../src/graph/onnx/onnx.ts';
import { mul } from '../../../src/graph/ops/elementwise.ts';
import { sum } from '../../../src/graph/ops/reduce.ts';
import { type Shape, sizeOf } from '../../../src/graph/shape.ts';
import { evaluate, ortEngine } from './ort-engine.ts';

/** Numbers from -1 to 1, the same for the same seed. */
export function noise(shape: Shape, seed = 1): TensorData {
  let state = seed * 2654435761;
  const data = Float32Array.from({ length: sizeOf(shape) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 23 - 1;
  });
  return { shape, data };
}

/** All numbers as `scale · x + offset`. */
export const moved = ({ shape, data }: TensorData, scale: number, offset: number): TensorData => ({
  shape,
  data: data.map((v) => scale * v + offset),
});

export const toTf = ({ shape, data }: TensorData): Tensor => tensor(data, [...shape]);

export const fromTf = (x: Tensor): TensorData => ({
  shape: x.shape,
  data: x.dataSync() as Float32Array,
});

/** [n, c, h, w] as tf.js has it, [n, h, w, c]. */
export const toNhwc = ({ shape, data }: TensorData): Tensor4D =>
  transpose(tensor4d(data, shape as [number, number, number, number]), [0, 2, 3, 1]);

export const fromNhwc = (x: Tensor4D): TensorData => fromTf(transpose(x, [0, 3, 1, 2]));

type Feeds = Readonly<Record<string, TensorData>>;
type Build = (inputs: Record<string, Value>, graph: Graph) => Value;

function buildOn(feeds: Feeds, build: Build) {
  const graph = createGraph();
  const inputs = Object.fromEntries(
    Object.entries(feeds).map(([name, { shape }]) => [name, graph.input(name, shape)]),
  );
  return { graph, inputs, y: build(inputs, graph) };
}

/** The built value for these inputs. */
export async function forward(feeds: Feeds, build: Build): Promise<TensorData> {
  const { graph, y } = buildOn(feeds, build);
  const result = (await evaluate(graph, { result: y }, feeds)).result as TensorData;
  expect(result.shape).toEqual(y.shape);
  return result;
}

/** Largest difference of two tensors of one shape. */
export function distance(a: TensorData, b: TensorData): number {
  expect(a.shape).toEqual(b.shape);
  return a.data.reduce((most, v, i) => Math.max(most, Math.abs(v - (b.data[i] as number))), 0);
}

const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((total, v, i) => total + v * (b[i] as number), 0);

const norm = ({ data }: Pick<TensorData, 'data'>): number => Math.sqrt(dot(data, data));

export type DifferenceOptions = {
  /** Step of the finite difference; any for values that are linear in each input. */
  step?: number;
  /** Largest error, in units of the norms of gradient and direction. */
  tolerance?: number;
};

/** Expects the gradient with respect to each input to predict the change of a weighted sum of the value after small steps in a random direction. */
export async function expectGradient(
  feeds: Feeds,
  build: Build,
  { step = 0.02, tolerance = 2e-3 }: DifferenceOptions = {},
): Promise<void> {
  const { graph, inputs, y } = buildOn(feeds, build);
  const weights = noise(y.shape, 77);
  const loss = sum(mul(y, graph.constant(weights.data, y.shape)));
  const slopes = gradients(loss, Object.values(inputs));
  const named = Object.keys(feeds).map((name, i) => [`d ${name}`, slopes[i] as Value]);
  const program = await ortEngine.compile(
    writeOnnx(graph, { 'the value': y, ...Object.fromEntries(named) }),
  );
  try {
    const at = await program.run(feeds);
    for (const [i, name] of Object.keys(feeds).entries()) {
      const x = feeds[name] as TensorData;
      const direction = noise(x.shape, 5 + i).data;
      // The sum is computed outside the graph in double precision, because float32 would round the difference away.
      const along = async (by: number): Promise<number> => {
        const data = x.data.map((v, k) => v + by * (direction[k] as number));
        const moved = await program.run({ ...feeds, [name]: { shape: x.shape, data } });
        return dot((moved['the value'] as TensorData).data, weights.data);
      };
      const difference = ((await along(step)) - (await along(-step))) / (2 * step);
      const slope = (at[`d ${name}`] as TensorData).data;
      expect((at[`d ${name}`] as TensorData).shape).toEqual(x.shape);
      // Values have a relative rounding error of about 1e-7, which the finite difference divides by the step.
      const rounding = (3e-7 * norm(at['the value'] as TensorData) * norm(weights)) / step;
      const bound = tolerance * norm(at[`d ${name}`] as TensorData) * norm({ data: direction });
      const error = Math.abs(difference - dot(slope, direction));
      expect(error, `gradient with respect to ${name}`).toBeLessThanOrEqual(bound + rounding);
    }
  } finally {
    await program.dispose();
  }
}
