// One training step of the slim network as a graph: it learns the teacher's features and Gram matrices, of given pictures and of
// pictures that are being optimised against the network itself.
import type { Weights } from '../../graph/engine.ts';
import { gradients } from '../../graph/gradients.ts';
import { createGraph, type Value } from '../../graph/graph.ts';
import { clip } from '../../graph/ops/compare.ts';
import { conv2d } from '../../graph/ops/conv/conv.ts';
import { add, div, mul, square, sub } from '../../graph/ops/elementwise.ts';
import { matMul } from '../../graph/ops/matmul.ts';
import { mean } from '../../graph/ops/mean.ts';
import { reshape } from '../../graph/ops/reshape.ts';
import { concat, slice } from '../../graph/ops/slice.ts';
import { sqrt } from '../../graph/ops/unary.ts';
import { shape4 } from '../../graph/shape.ts';
import type { Parameter } from '../../nets/gan/parameters.ts';
import { createParameterSet } from '../parameter-set.ts';
import { type StepGraph, stepGraph } from '../step-graph.ts';
import { type Features, sharedFeatures, slimFeatures, teacherFeatures } from './features.ts';
import { STYLE_LAYERS, TRAINED_LAYERS, WIDTHS } from './sizes.ts';

export type SlimStepOptions = {
  teacher: Weights;
  /** Given pictures, and as many that are being optimised. */
  batch: number;
  /** Edge of a picture in px; a multiple of 32. */
  size: number;
  rate: number;
  /** Channels of a block in onnxruntime's blocked layout; plain convolutions without it. */
  block?: number | undefined;
};

/** Weight of a layer's Gram matrices against its features. */
const GRAM_WEIGHT = 0.5;
/** Weight of layers that the recipes of optimisations compare, against the others. */
const COMPARED_WEIGHT = 3;
/** Layer whose features recipes compare. */
const CONTENT_LAYER = '4_2';

/** Keeps relative errors finite for pictures without any features. */
const TINY = 1e-6;

/** The step's graph. Its batches are those of `createBatches`. */
export function slimStep(options: SlimStepOptions): StepGraph {
  const { teacher, batch, size, rate } = options;
  const graph = createGraph();
  const network = createParameterSet(graph);
  const kept = createParameterSet(graph);
  const shape = [batch, 3, size, size];
  const given = graph.input('given', shape);
  const renewed = graph.input('renewed', [batch, 1, 1, 1]);
  const pace = graph.input('pace', [batch, 1, 1, 1]);
  const optimised = kept.parameter('optimised', shape, 'zeros');

  const sides = [given, optimised].map((pictures) => {
    const shared = sharedFeatures(pictures, teacher);
    const slim = slimFeatures(shared, network.parameter);
    const taught = teacherFeatures(shared, teacher);
    return {
      grams: styleGrams(shared, slim),
      terms: distillation(slim, taught, network.parameter),
    };
  });
  const [ofGiven, ofOptimised] = sides as [Side, Side];
  const losses = meansOf(sides);
  const { next, distance } = optimisation({
    given,
    optimised,
    renewed,
    pace,
    ofGiven: ofGiven.grams,
    ofOptimised: ofOptimised.grams,
    parameter: kept.parameter,
  });
  const loss = total(losses);
  return stepGraph(graph, {
    groups: [{ name: 'slim', set: network, loss, rate }],
    losses: { loss, ...losses, optimised: total(ofOptimised.terms), distance },
    state: { set: kept, next },
    block: options.block,
  });
}

type Side = { grams: Features; terms: Record<string, Value> };

/** Relative errors by layer: `feature <layer>`, and `gram <layer>` of the layers that are compared. */
function distillation(slim: Features, taught: Features, parameter: Parameter) {
  const terms: Record<string, Value> = {};
  for (const name of TRAINED_LAYERS) {
    const target = taught[name]!;
    const all = target.shape[1]!;
    const map = parameter(`map${name}.weight`, [all, WIDTHS[name]!, 1, 1], 'zeros');
    const made = conv2d(slim[name]!, map, { bias: parameter(`map${name}.bias`, [all], 'zeros') });
    terms[`feature ${name}`] = relativeError(made, target);
    if (STYLE_LAYERS.includes(name))
      terms[`gram ${name}`] = relativeError(gramOf(made), gramOf(target));
  }
  return terms;
}

/** Mean over pictures of Σ (a − b)² / Σ b². */
function relativeError(a: Value, b: Value): Value {
  const axes = [...b.shape.keys()].slice(1);
  return mean(div(mean(square(sub(a, b)), { axes }), add(mean(square(b), { axes }), TINY)));
}

/** Gram matrices [n, c, c] of features [n, c, h, w], divided by the number of positions. */
function gramOf(features: Value): Value {
  const [n, c, h, w] = shape4(features.shape);
  const matrix = reshape(features, [n, c, h * w]);
  return mul(matMul(matrix, matrix, { transposeB: true }), 1 / (h * w));
}

const styleGrams = (shared: Features, slim: Features): Features =>
  Object.fromEntries(
    STYLE_LAYERS.map((name) => [name, gramOf((shared[name] ?? slim[name])!)] as const),
  );

function meansOf(sides: readonly Side[]): Record<string, Value> {
  const names = Object.keys(sides[0]!.terms);
  return Object.fromEntries(
    names.map((name) => [
      name,
      mul(
        sides.map(({ terms }) => terms[name]!).reduce((a, b) => add(a, b)),
        1 / sides.length,
      ),
    ]),
  );
}

function total(terms: Record<string, Value>): Value {
  return Object.entries(terms)
    .map(([name, value]) => mul(value, weightOf(name)))
    .reduce((sum, value) => add(sum, value));
}

function weightOf(term: string): number {
  const [kind, layer] = term.split(' ') as [string, string];
  if (kind === 'gram') return COMPARED_WEIGHT * GRAM_WEIGHT;
  return STYLE_LAYERS.includes(layer) || layer === CONTENT_LAYER ? COMPARED_WEIGHT : 1;
}

type Optimisation = {
  given: Value;
  optimised: Value;
  /** 1 for pictures that begin anew with this step, 0 for others. */
  renewed: Value;
  /** Root mean square of each picture's change. */
  pace: Value;
  ofGiven: Features;
  ofOptimised: Features;
  parameter: Parameter;
};

/**
 * One step of style transfer by the network as it is: each optimised picture moves along the gradient of its Gram matrices'
 * distance to those of a given one. Such pictures show what an optimisation finds that the network does not see.
 */
function optimisation(of: Optimisation): { next: Map<string, Value>; distance: Value } {
  const { given, optimised, renewed, pace, ofGiven, ofOptimised, parameter } = of;
  const batch = given.shape[0]!;
  const next = new Map<string, Value>();
  const flags = reshape(renewed, [batch, 1, 1]);
  const distances = STYLE_LAYERS.map((name) => {
    const own = ofOptimised[name]!;
    const goal = parameter(`goal ${name}`, own.shape, 'ones');
    next.set(`goal ${name}`, mixed(flags, ofGiven[name]!, goal));
    return relativeError(own, goal);
  });
  const distance = mul(
    distances.reduce((a, b) => add(a, b)),
    1 / distances.length,
  );
  const gradient = gradients(distance, [optimised])[0]!;
  const size = sqrt(add(mean(square(gradient), { axes: [1, 2, 3], keepDims: true }), 1e-20));
  const moved = clip(sub(optimised, mul(pace, div(gradient, size))), 0, 1);
  // A picture starts as the next given one of the batch; it is to get the Gram matrices of the given one at its own index.
  const turned = concat(
    [slice(given, { axis: 0, start: 1, end: batch }), slice(given, { axis: 0, start: 0, end: 1 })],
    0,
  );
  next.set('optimised', mixed(renewed, turned, moved));
  return { next, distance };
}

/** `a` where the flag is 1, `b` where it is 0. */
const mixed = (flag: Value, a: Value, b: Value): Value => add(b, mul(flag, sub(a, b)));
