// The optimisations of the reference trajectories of style transfer.
import {
  createEvaluator,
  type Network,
  type Objective,
  objectiveGraph,
} from '../../../src/effects/style/optimise/objective.ts';
import { recipeOf } from '../../../src/effects/style/optimise/recipe.ts';
import { runStages } from '../../../src/effects/style/optimise/stages.ts';
import { computeTargets } from '../../../src/effects/style/optimise/targets.ts';
import type { Evaluation } from '../../../src/fit/descend.ts';
import { type Planes, resizePlanes } from '../../../src/fit/planes.ts';
import type { Weights } from '../../../src/graph/engine.ts';
import type { Size } from '../../../src/image.ts';
import { blob, detail } from '../files/golden-images.ts';
import { ortEngine } from '../nets/ort-engine.ts';

export type RunName = 'basic' | 'classic' | 'pyramid';
export type Losses = Record<string, number>;
/** y, x, R, G, B. */
export type Pixel = [number, number, number, number, number];

/** RGB bytes as planes of 0…1. */
export function planesOf(rgb: Uint8Array, { width, height }: Size): Planes {
  const data = new Float32Array(rgb.length);
  const count = width * height;
  for (let i = 0; i < count; i++)
    for (let c = 0; c < 3; c++) data[c * count + i] = (rgb[3 * i + c] as number) / 255;
  return { width, height, data };
}

export const goldenPair = (side: number): { content: Planes; style: Planes } => {
  const size = { width: side, height: side };
  return { content: planesOf(detail(size), size), style: planesOf(blob(size), size) };
};

export const smallNetwork = (weights: Weights): Network => ({ variant: 'vgg19-small', weights });

/** Recipes as in the references: exact weights, and content layers that the small network has. */
export function referenceRecipe(name: RunName) {
  const content = name === 'pyramid' ? 'relu4_1' : 'relu5_1';
  const styleWeight = { basic: 1, classic: 1e-2, pyramid: 1 }[name];
  const contentWeight = { basic: 1, classic: 1e4, pyramid: 0.015 }[name];
  const weights = { contentWeight, styleWeight };
  return recipeOf({ recipe: name, weights: 'small', contentLayers: [content], ...weights });
}

/** Losses by the references' names: `style` includes its weight. */
export const namedLosses = (
  { loss, terms }: { loss: number; terms: Losses },
  { styleWeight }: Objective,
): Losses => ({ total: loss, ...terms, style: (terms.style as number) * styleWeight });

/** Losses and gradient at a picture. */
export async function evaluateAt(
  network: Network,
  objective: Objective,
  { content, style, at }: { content: Planes; style: Planes; at: Float32Array },
): Promise<Evaluation> {
  const styles = [{ picture: style, weight: 1 }];
  const targets = await computeTargets({
    engine: ortEngine,
    network,
    objective,
    content,
    styles,
    strength: 1,
  });
  const graph = objectiveGraph(content, network, objective, targets);
  const evaluator = await createEvaluator(ortEngine, graph);
  try {
    return await evaluator.evaluate(at);
  } finally {
    await evaluator.dispose();
  }
}

export type Trajectory = {
  side: number;
  /** Losses before step 0, 1 …, by step. */
  losses: Record<number, Losses>;
  /** Positions after step 1 …, by step. */
  positions: Record<number, Float32Array>;
  /** Pictures at the start and the end of the scale. */
  start: Planes;
  result: Planes;
};

/** Runs a recipe over the given sides, resized as in the references. */
export async function trajectory(
  name: RunName,
  network: Network,
  run: { side: number; sides: readonly number[]; steps: number },
): Promise<{ scales: Trajectory[]; losses: Losses }> {
  const { content, style } = goldenPair(run.side);
  const { objective, optimizer, averageDecay } = referenceRecipe(name);
  const scales: Trajectory[] = [];
  const at = (size: Size) => {
    const resized = (planes: Planes) => resizePlanes(planes, size, { antialias: false });
    return { content: resized(content), styles: [{ picture: resized(style), weight: 1 }] };
  };
  const result = await runStages({
    engine: ortEngine,
    network,
    objective,
    optimizer: optimizer(),
    averageDecay,
    strength: 1,
    stages: run.sides.map((side) => ({ width: side, height: side, steps: run.steps })),
    pictures: at,
    start: (planes) => planes.data,
    async afterStep({ state, losses, result }) {
      const { width, height } = state.stages[state.stage] as Size;
      const picture = (data: Float32Array): Planes => ({ width, height, data });
      scales[state.stage] ??= {
        side: width,
        losses: {},
        positions: {},
        start: startOf(scales[state.stage - 1], at({ width, height }).content),
        result: picture(state.position),
      };
      const scale = scales[state.stage] as Trajectory;
      scale.losses[state.step - 1] = namedLosses(losses, objective);
      scale.positions[state.step] = state.position;
      scale.result = picture(result());
      return false;
    },
  });
  return { scales, losses: namedLosses(result.losses, objective) };
}

const startOf = (before: Trajectory | undefined, content: Planes): Planes =>
  before ? resizePlanes(before.result, content, { antialias: false }) : content;

export const pixelAt = ({ width, height, data }: Planes, y: number, x: number): number[] =>
  [0, 1, 2].map((c) => data[(c * height + y) * width + x] as number);

export const norm = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
