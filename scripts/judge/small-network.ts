// Features of a small network that learns to tell drawn scenes from averaged photographs, and is used for nothing else.

import { createGraph, type Value } from '../../src/graph/graph.ts';
import { writeOnnx } from '../../src/graph/onnx/onnx.ts';
import { conv2d } from '../../src/graph/ops/conv/conv.ts';
import { mean } from '../../src/graph/ops/mean.ts';
import { relu } from '../../src/graph/ops/unary.ts';
import type { Image } from '../../src/image.ts';
import { discriminatorLoss } from '../../src/nets/gan/adversarial-losses.ts';
import type { Parameter } from '../../src/nets/gan/parameters.ts';
import { compile } from '../../src/train/engine.ts';
import { createParameterSet } from '../../src/train/parameter-set.ts';
import { createRandom } from '../../src/train/random.ts';
import { stepGraph } from '../../src/train/step-graph.ts';
import { initialState, trainStep } from '../../src/train/trainer.ts';

const BATCH = 16;
const STEPS = 400;
const FEATURES = 32;
const adam = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, clip: 10, decay: 0.99, schedule: () => 1 };

/** Gives the features of patches of one size, in their order. */
export type PatchFeatures = (patches: readonly Image[]) => Promise<Float32Array[]>;

/** Trains on patches of `edge` × `edge` cells of both kinds. Also returns the share of them that it tells rightly. */
export async function trainSmallNetwork(
  drawn: readonly Image[],
  averaged: readonly Image[],
  edge: number,
): Promise<{ features: PatchFeatures; accuracy: number }> {
  const engine = { provider: 'cpu', threads: 1 } as const;
  const graph = createGraph();
  const set = createParameterSet(graph);
  const shape = [BATCH, 3, edge, edge];
  const score = (name: string): Value =>
    headOf(bodyOf(graph.input(name, shape), set.parameter), set.parameter);
  const loss = discriminatorLoss('bce', score('drawn'), score('averaged'));
  const step = stepGraph(graph, {
    groups: [{ name: 'all', set, loss, rate: 2e-3 }],
    losses: { loss },
  });
  const program = await compile(step.model, engine);
  const state = initialState(step, 1);
  for (let n = 1; n <= STEPS; n++) {
    const random = createRandom(11, n);
    const some = (from: readonly Image[]) => ({
      shape,
      data: joined(Array.from({ length: BATCH }, () => random.pick(from))),
    });
    const batch = { drawn: some(drawn), averaged: some(averaged) };
    await trainStep({ program, graph: step }, state, batch, adam);
  }
  await program.dispose();

  const other = createGraph();
  const weights = createParameterSet(other);
  const body = bodyOf(other.input('x', [1, 3, edge, edge]), weights.parameter);
  const found = { features: mean(body, { axes: [2, 3] }), score: headOf(body, weights.parameter) };
  const reader = await compile(writeOnnx(other, found), engine);
  const read = (patch: Image) =>
    reader.run({
      ...Object.fromEntries(state.average),
      x: { shape: [1, 3, edge, edge], data: joined([patch]) },
    });
  let right = 0;
  for (const patch of drawn) if ((await read(patch)).score!.data[0]! > 0) right++;
  for (const patch of averaged) if ((await read(patch)).score!.data[0]! < 0) right++;
  return {
    accuracy: right / (drawn.length + averaged.length),
    async features(patches) {
      const all: Float32Array[] = [];
      for (const patch of patches) all.push((await read(patch)).features!.data.slice());
      return all;
    },
  };
}

function bodyOf(x: Value, parameter: Parameter): Value {
  const layer = (from: Value, name: string, outputs: number, stride: 1 | 2): Value => {
    const inputs = from.shape[1]!;
    const deviation = Math.sqrt(2 / (9 * inputs));
    const weight = parameter(`${name}.weight`, [outputs, inputs, 3, 3], { deviation });
    const bias = parameter(`${name}.bias`, [outputs], 'zeros');
    return relu(conv2d(from, weight, { strides: [stride, stride], pads: [1, 1, 1, 1], bias }));
  };
  const fine = layer(x, 'conv1', 16, 1);
  return layer(layer(fine, 'conv2', FEATURES, 2), 'conv3', FEATURES, 2);
}

const headOf = (features: Value, parameter: Parameter): Value =>
  mean(
    conv2d(features, parameter('head.weight', [1, FEATURES, 1, 1], { deviation: 0.1 }), {
      bias: parameter('head.bias', [1], 'zeros'),
    }),
    { axes: [2, 3], keepDims: true },
  );

/** [n, 3, h, w], each patch less its own mean colour, so that brightness tells nothing. */
function joined(patches: readonly Image[]): Float32Array {
  const area = patches[0]!.width * patches[0]!.height;
  const values = new Float32Array(3 * area * patches.length);
  for (const [n, { data }] of patches.entries()) {
    for (let c = 0; c < 3; c++) {
      let sum = 0;
      for (let i = 0; i < area; i++) sum += data[4 * i + c]! / area;
      for (let i = 0; i < area; i++)
        values[(3 * n + c) * area + i] = (data[4 * i + c]! - sum) / 255;
    }
  }
  return values;
}
