// The work that a measuring process times: iterations of an objective, and products of large matrices.
import { type Objective, objectiveGraph } from '../../src/effects/style/optimise/objective.ts';
import { recipeOf } from '../../src/effects/style/optimise/recipe.ts';
import { computeTargets } from '../../src/effects/style/optimise/targets.ts';
import { uniformValues } from '../../src/fit/random.ts';
import { countFlops } from '../../src/graph/count-flops.ts';
import type { GraphEngine, TensorData } from '../../src/graph/engine.ts';
import { createGraph, type Graph, type Value } from '../../src/graph/graph.ts';
import { writeOnnx } from '../../src/graph/onnx/onnx.ts';
import { matMul } from '../../src/graph/ops/matmul.ts';
import { mean } from '../../src/graph/ops/mean.ts';
import { transcription } from './transcription.ts';
import { type SeededVariant, seededWeights } from './weights.ts';

/** `grams`: five Gram losses alone; a recipe's losses; `transcription`: five Gram losses in the plain transcription. */
export type ObjectiveName = 'grams' | 'pyramid' | 'classic' | 'basic' | 'transcription';

export type Work =
  | {
      kind: 'iterate';
      side: number;
      network: SeededVariant;
      objective: ObjectiveName;
      narrow: boolean;
    }
  /** A product of square matrices. */
  | { kind: 'product'; edge: number };

/** Work that is compiled and warm. */
export type Prepared = {
  /** Floating-point operations of one run. */
  flops: number;
  run: () => Promise<Record<string, TensorData>>;
  dispose: () => Promise<void>;
};

type Program = { graph: Graph; outputs: Record<string, Value>; feeds: Record<string, TensorData> };

const FIVE = ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1', 'relu5_1'];

// The content loss costs almost nothing here, and has no weight.
const grams: Objective = {
  contentLayers: ['relu5_1'],
  contentWeight: 0,
  styleLoss: 'gram',
  featureScale: 1,
  styleLayers: FIVE.map((name) => ({ name, weight: 1 / FIVE.length })),
  styleWeight: 1,
  variation: 'none',
  variationWeight: 0,
};

/** Compiles the work and runs it twice, because the first runs reserve memory and choose kernels. */
export async function prepare(engine: GraphEngine, work: Work): Promise<Prepared> {
  const program = work.kind === 'product' ? product(work.edge) : await objective(engine, work);
  const { graph, outputs, feeds } = program;
  const flops = countFlops(outputs);
  const { run, dispose } = await engine.compile(writeOnnx(graph, outputs));
  const prepared = { flops, run: () => run(feeds), dispose };
  for (let i = 0; i < 2; i++) await prepared.run();
  return prepared;
}

async function objective(
  engine: GraphEngine,
  { side, network: variant, objective: name, narrow }: Extract<Work, { kind: 'iterate' }>,
): Promise<Program> {
  const network = { variant, weights: seededWeights(variant, { narrow }) };
  const size = { width: side, height: side };
  const wanted =
    name === 'grams' || name === 'transcription'
      ? grams
      : recipeOf({ recipe: name, weights: variant === 'vgg19' ? 'full' : 'small' }).objective;
  const noise = (seed: number) => ({ ...size, data: uniformValues(seed, 3 * side * side) });
  const targets = await computeTargets({
    engine,
    network,
    objective: wanted,
    strength: 1,
    content: noise(1),
    styles: [{ picture: noise(2), weight: 1 }],
  });
  const feeds = { picture: { shape: [1, 3, side, side], data: noise(3).data } };
  if (name !== 'transcription') {
    const { graph, outputs } = objectiveGraph(size, network, wanted, targets);
    return { graph, outputs, feeds };
  }
  const gramOf = (layer: string) => (targets.style[layer] as { gram: TensorData }).gram;
  const matrices = Object.fromEntries(FIVE.map((layer) => [layer, gramOf(layer)]));
  return { ...transcription(side, network.weights, matrices), feeds };
}

function product(edge: number): Program {
  const graph = createGraph();
  const a = graph.input('a', [edge, edge]);
  const b = graph.constant(uniformValues(2, edge * edge), [edge, edge]);
  // The output is one number, so that reading it takes no time.
  const feeds = { a: { shape: [edge, edge], data: uniformValues(1, edge * edge) } };
  return { graph, outputs: { y: mean(matMul(a, b)) }, feeds };
}
