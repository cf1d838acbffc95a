// The objective of an optimisation at one size: a graph of all losses and of the gradient with respect to the picture.
import type { Evaluation } from '../../../fit/descend.ts';
import { contentLoss } from '../../../fit/losses/content-loss.ts';
import { gramLoss } from '../../../fit/losses/gram-loss.ts';
import { type TotalVariation, totalVariation } from '../../../fit/losses/total-variation.ts';
import { wassersteinLoss } from '../../../fit/losses/wasserstein-loss.ts';
import { countFlops } from '../../../graph/count-flops.ts';
import type { GraphEngine, TensorData, Weights } from '../../../graph/engine.ts';
import { gradients } from '../../../graph/gradients.ts';
import { createGraph, type Graph, type Value } from '../../../graph/graph.ts';
import { writeOnnx } from '../../../graph/onnx/onnx.ts';
import { add, mul } from '../../../graph/ops/elementwise.ts';
import type { Size } from '../../../image.ts';
import { vgg19Features } from '../../../nets/vgg19/vgg19.ts';
import type { Vgg19Variant } from '../../../nets/vgg19/weights.ts';

export type Network = { variant: Vgg19Variant; weights: Weights };

/** Weights of the losses; those of the style layers add up to 1. */
export type Objective = {
  contentLayers: readonly string[];
  contentWeight: number;
  styleLoss: 'gram' | 'wasserstein';
  /** Factor of the features in the Wasserstein loss. */
  featureScale: number;
  styleLayers: readonly { name: string; weight: number }[];
  styleWeight: number;
  variation: TotalVariation | 'none';
  variationWeight: number;
};

/** Statistics with which the style loss of one layer compares. */
export type StyleTarget =
  | { gram: TensorData }
  | { mean: TensorData; covariance: TensorData; root: TensorData };

export type Targets = {
  content: Readonly<Record<string, TensorData>>;
  style: Readonly<Record<string, StyleTarget>>;
};

type Term = { name: string; weight: number; value: Value };

/** A graph with one input `picture` `[1, 3, h, w]`. */
export type ObjectiveGraph = { graph: Graph; outputs: Record<string, Value>; size: Size };

/** The graph. Its outputs are `total`, `gradient`, `content`, `style`, `tv` and `style_<layer>`, the last four without their weights. */
export function objectiveGraph(
  size: Size,
  network: Network,
  objective: Objective,
  targets: Targets,
): ObjectiveGraph {
  const graph = createGraph();
  const picture = graph.input('picture', [1, 3, size.height, size.width]);
  const layers = [...objective.contentLayers, ...objective.styleLayers.map(({ name }) => name)];
  const features = vgg19Features(picture, { ...network, layers });
  const style = objective.styleLayers.map(({ name, weight }) => ({
    name: `style_${name}`,
    weight,
    value: styleLoss(features[name]!, targets.style[name]!, objective),
  }));
  const content = objective.contentLayers.map((name) => ({
    name,
    weight: 1 / objective.contentLayers.length,
    value: contentLoss(features[name]!, constant(graph, targets.content[name])),
  }));
  const terms: Term[] = [
    { name: 'content', weight: objective.contentWeight, value: weighted(graph, content) },
    { name: 'style', weight: objective.styleWeight, value: weighted(graph, style) },
  ];
  if (objective.variation !== 'none') {
    const value = totalVariation(picture, objective.variation);
    terms.push({ name: 'tv', weight: objective.variationWeight, value });
  }
  const total = weighted(graph, terms);
  const gradient = gradients(total, [picture])[0]!;
  const parts = [...terms, ...style].map(({ name, value }) => [name, value] as const);
  return { graph, outputs: { total, gradient, ...Object.fromEntries(parts) }, size };
}

function styleLoss(features: Value, target: StyleTarget, { featureScale }: Objective): Value {
  const of = (data: TensorData): Value => constant(features.graph, data);
  if ('gram' in target) return gramLoss(features, of(target.gram), 'positions');
  const { mean, covariance, root } = target;
  const targets = { mean: of(mean), covariance: of(covariance), root: of(root) };
  return wassersteinLoss(features, targets, featureScale);
}

const constant = (graph: Graph, tensor: TensorData | undefined): Value => {
  if (!tensor) throw new RangeError('objective: expected a target for every layer');
  return graph.constant(tensor.data, tensor.shape);
};

const weighted = (graph: Graph, terms: readonly Term[]): Value =>
  terms.reduce((sum, { weight, value }) => add(sum, mul(value, weight)), graph.scalar(0));

/** Evaluates an objective on a device. */
export type Evaluator = {
  size: Size;
  /** Operations of one evaluation. */
  flops: number;
  evaluate: (position: Float32Array) => Promise<Evaluation>;
  dispose: () => Promise<void>;
};

/** Compiles the graph; the caller disposes of it. */
export async function createEvaluator(
  engine: GraphEngine,
  { graph, outputs, size }: ObjectiveGraph,
): Promise<Evaluator> {
  const flops = countFlops(outputs);
  const program = await engine.compile(writeOnnx(graph, outputs));
  const shape = [1, 3, size.height, size.width];
  return {
    size,
    flops,
    async evaluate(position) {
      const { gradient, total, ...parts } = await program.run({
        picture: { shape, data: position },
      });
      const terms = Object.entries(parts).map(([name, { data }]) => [name, data[0]!]);
      return {
        loss: total?.data[0] ?? Number.NaN,
        terms: Object.fromEntries(terms) as Record<string, number>,
        gradient: gradient?.data ?? new Float32Array(position.length).fill(Number.NaN),
      };
    },
    dispose: program.dispose,
  };
}
