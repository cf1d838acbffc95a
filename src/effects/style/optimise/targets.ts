// Targets of the losses: features of the content, and statistics of the styles' features.
import { gram } from '../../../fit/losses/gram-loss.ts';
import { matrixRoot, regularised } from '../../../fit/losses/matrix-root.ts';
import { mixArrays, mixMoments, momentsOf } from '../../../fit/losses/moments.ts';
import { COVARIANCE_EPSILON } from '../../../fit/losses/wasserstein-loss.ts';
import type { Planes } from '../../../fit/planes.ts';
import type { GraphEngine, TensorData } from '../../../graph/engine.ts';
import { createGraph, type Graph, type Value } from '../../../graph/graph.ts';
import { writeOnnx } from '../../../graph/onnx/onnx.ts';
import { vgg19Features } from '../../../nets/vgg19/vgg19.ts';
import type { Network, Objective, StyleTarget, Targets } from './objective.ts';

type Tensors = Record<string, TensorData>;
type Weighted = { weight: number; statistics: Tensors };

export type TargetsOptions = {
  engine: GraphEngine;
  network: Network;
  objective: Objective;
  content: Planes;
  /** Style pictures, with weights that add up to 1. */
  styles: readonly { picture: Planes; weight: number }[];
  /** Weight of the styles' statistics against the content's own, 0…1. */
  strength: number;
};

/** Computes the targets; evaluates each picture once, one after the other. */
export async function computeTargets(options: TargetsOptions): Promise<Targets> {
  const { engine, network, objective, content, styles, strength } = options;
  const own = await measure(engine, network, content, {
    features: objective.contentLayers,
    statistics: strength < 1 ? objective : undefined,
  });
  const mixed: Weighted[] = strength < 1 ? [{ weight: 1 - strength, statistics: own }] : [];
  for (const { picture, weight } of strength > 0 ? styles : []) {
    const statistics = await measure(engine, network, picture, {
      features: [],
      statistics: objective,
    });
    mixed.push({ weight: strength * weight, statistics });
  }
  const features = objective.contentLayers.map((name) => [name, own[name]!]);
  return {
    content: Object.fromEntries(features) as Tensors,
    style:
      objective.styleLoss === 'gram'
        ? gramTargets(objective, mixed)
        : await wassersteinTargets(engine, objective, mixed),
  };
}

/** Features by layer; statistics as `gram <layer>`, or `mean <layer>` and `covariance <layer>`. */
async function measure(
  engine: GraphEngine,
  network: Network,
  { width, height, data }: Planes,
  wanted: { features: readonly string[]; statistics: Objective | undefined },
): Promise<Tensors> {
  const graph = createGraph();
  const shape = [1, 3, height, width];
  const names = wanted.statistics?.styleLayers.map(({ name }) => name) ?? [];
  const layers = [...wanted.features, ...names];
  const found = vgg19Features(graph.input('picture', shape), { ...network, layers });
  const outputs: Record<string, Value> = {};
  for (const name of wanted.features) outputs[name] = found[name]!;
  for (const name of names) {
    const features = found[name]!;
    if (wanted.statistics?.styleLoss === 'gram') {
      outputs[`gram ${name}`] = gram(features, 'positions');
      continue;
    }
    const { mean, covariance } = momentsOf(features, wanted.statistics?.featureScale);
    outputs[`mean ${name}`] = mean;
    outputs[`covariance ${name}`] = covariance;
  }
  return runOnce(engine, graph, outputs, { picture: { shape, data } });
}

const gramTargets = (
  { styleLayers }: Objective,
  mixed: readonly Weighted[],
): Record<string, StyleTarget> =>
  Object.fromEntries(
    styleLayers.map(({ name }) => {
      const parts = mixed.map(({ weight, statistics }) => ({
        weight,
        tensor: statistics[`gram ${name}`]!,
      }));
      const data = mixArrays(parts.map(({ weight, tensor }) => ({ weight, data: tensor.data })));
      return [name, { gram: { shape: parts[0]?.tensor.shape ?? [], data } }];
    }),
  );

async function wassersteinTargets(
  engine: GraphEngine,
  { styleLayers }: Objective,
  mixed: readonly Weighted[],
): Promise<Record<string, StyleTarget>> {
  const graph = createGraph();
  const outputs: Record<string, Value> = {};
  const means: Tensors = {};
  const feeds: Tensors = {};
  for (const { name } of styleLayers) {
    const { mean, covariance } = mixMoments(
      mixed.map(({ weight, statistics }) => ({
        weight,
        moments: {
          mean: statistics[`mean ${name}`]!.data,
          covariance: statistics[`covariance ${name}`]!.data,
        },
      })),
    );
    const channels = mean.length;
    means[name] = { shape: [channels, 1], data: mean };
    feeds[name] = { shape: [channels, channels], data: covariance };
    const whole = regularised(graph.input(name, [channels, channels]), COVARIANCE_EPSILON);
    outputs[`covariance ${name}`] = whole;
    outputs[`root ${name}`] = matrixRoot(whole);
  }
  const made = await runOnce(engine, graph, outputs, feeds);
  return Object.fromEntries(
    styleLayers.map(({ name }) => [
      name,
      {
        mean: means[name]!,
        covariance: made[`covariance ${name}`]!,
        root: made[`root ${name}`]!,
      },
    ]),
  );
}

async function runOnce(
  engine: GraphEngine,
  graph: Graph,
  outputs: Record<string, Value>,
  feeds: Tensors,
): Promise<Tensors> {
  const program = await engine.compile(writeOnnx(graph, outputs));
  try {
    return await program.run(feeds);
  } finally {
    await program.dispose();
  }
}
