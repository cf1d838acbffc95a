// One training step of the network of the named styles as a graph.
import type { Weights } from '../../graph/engine.ts';
import { createGraph, type Graph, type Value } from '../../graph/graph.ts';
import { add, mul, square, sub } from '../../graph/ops/elementwise.ts';
import { matMul } from '../../graph/ops/matmul.ts';
import { sum } from '../../graph/ops/reduce.ts';
import type { Parameter } from '../../nets/gan/parameters.ts';
import { namedStyleNetwork, type StyleParameter } from '../../nets/named-styles/graph.ts';
import { vgg19Features } from '../../nets/vgg19/vgg19.ts';
import type { Tensors } from '../adam.ts';
import { createParameterSet, type ParameterSet } from '../parameter-set.ts';
import { latticeLoss } from '../perceptual/lattice-loss.ts';
import {
  pictureOf,
  relativeDistance,
  statistics,
  totalVariation,
} from '../perceptual/perceptual.ts';
import { toneLoss } from '../perceptual/tone-loss.ts';
import { type StepGraph, stepGraph } from '../step-graph.ts';
import { COLOUR_LAYER, CONTENT_LAYER, STYLE_LAYERS } from './layers.ts';

export type StyleStepOptions = {
  /** Pictures of a step; each has a style of its own. */
  batch: number;
  /** Edge of a picture in pixels; a multiple of 16. */
  size: number;
  /** Number of styles. */
  styles: number;
  /** The compressed VGG19. */
  weights: Weights;
  rate: number;
  /** Filters that do not change, when a style is added to a trained network. */
  frozen?: Tensors;
  block?: number | undefined;
};

/** The network whose features are compared: VGG19, compressed. */
export const VGG19 = 'vgg19-small';

/** Weights of the terms that are the same for all styles. */
const LATTICE = 400;
const TONE = 0.3;
/** Shares of a layer's distance that Gram matrix and covariance have. */
const SHARES = { gram: 0.5, covariance: 0.5 };

/**
 * Inputs: `seen` and `content` [n, 3, size, size], the same pictures with and without noise; `chosen` [n, styles], a 1 in each row;
 * `amounts` [n, 3]: weights of content, total variation and colours; and for every picture and layer the targets.
 */
export function styleStep(options: StyleStepOptions): StepGraph {
  const { batch, size, styles, weights, rate, frozen } = options;
  const graph = createGraph();
  const set = createParameterSet(graph);
  const filters = frozen ? constantsOf(graph, frozen) : set.parameter;
  const shape = [batch, 3, size, size];
  const [seen, content] = [graph.input('seen', shape), graph.input('content', shape)];
  const chosen = graph.input('chosen', [batch, styles]);
  const amounts = graph.input('amounts', [batch, 3]);
  const made = namedStyleNetwork(seen, filters, chosenParameter(set, chosen, styles));
  const use = { weights, variant: 'vgg19-small' } as const;
  const features = vgg19Features(made, { ...use, layers: [...STYLE_LAYERS, CONTENT_LAYER] });
  const wanted = vgg19Features(content, { ...use, layers: [CONTENT_LAYER] });
  features[COLOUR_LAYER] = made;

  const each = Array.from({ length: batch }, (_, i) => {
    const layers = STYLE_LAYERS.map((layer) =>
      styleDistance(graph, { features: pictureOf(features[layer]!, i), layer, index: i }),
    );
    return {
      style: mul(layers.reduce(add), 1 / layers.length),
      colour: colourDistance(graph, pictureOf(made, i), i),
      content: relativeDistance(
        pictureOf(features[CONTENT_LAYER]!, i),
        pictureOf(wanted[CONTENT_LAYER]!, i),
      ),
      variation: totalVariation(pictureOf(made, i)),
    };
  });
  const average = (values: readonly Value[]): Value => mul(values.reduce(add), 1 / batch);
  const row = (i: number, column: number): Value => {
    const only = new Float32Array(batch * 3);
    only[3 * i + column] = 1;
    return sum(mul(amounts, graph.constant(only, [batch, 3])));
  };
  const lattice = latticeLoss(made);
  const tone = toneLoss(made, content);
  const weighted = each.map(({ style, colour, content: kept, variation }, i) =>
    [style, mul(kept, row(i, 0)), mul(variation, row(i, 1)), mul(colour, row(i, 2))].reduce(add),
  );
  const loss = add(average(weighted), add(mul(lattice, LATTICE), mul(tone, TONE)));
  return stepGraph(graph, {
    groups: [{ name: 'network', set, loss, rate }],
    losses: {
      style: average(each.map((terms) => terms.style)),
      content: average(each.map((terms) => terms.content)),
      colour: average(each.map((terms) => terms.colour)),
      variation: average(each.map((terms) => terms.variation)),
      lattice,
      tone,
      loss,
    },
    block: options.block,
  });
}

/** Names of the inputs that hold a picture's targets for a layer. */
export const targetNames = (layer: string, index: number) => ({
  gram: `gram ${layer} ${index}`,
  covariance: `covariance ${layer} ${index}`,
  means: `means ${layer} ${index}`,
});

type Layer = { features: Value; layer: string; index: number };

function styleDistance(graph: Graph, { features, layer, index }: Layer): Value {
  const c = features.shape[1]!;
  const names = targetNames(layer, index);
  const { gram, covariance } = statistics(features);
  return add(
    mul(relativeDistance(gram, graph.input(names.gram, [c, c])), SHARES.gram),
    mul(relativeDistance(covariance, graph.input(names.covariance, [c, c])), SHARES.covariance),
  );
}

/** Difference of the colours' means, and relative distance of their covariances. */
function colourDistance(graph: Graph, made: Value, index: number): Value {
  const names = targetNames(COLOUR_LAYER, index);
  const { covariance, means } = statistics(made);
  const offset = sum(square(sub(means, graph.input(names.means, [3, 1]))));
  const spread = relativeDistance(covariance, graph.input(names.covariance, [3, 3]));
  return add(mul(offset, 20), spread);
}

/** Rows of tables [styles, length] that `chosen` picks. */
export const chosenParameter =
  (set: ParameterSet, chosen: Value, styles: number): StyleParameter =>
  (name, length, init) =>
    matMul(chosen, set.parameter(styleTable(name), [styles, length], init));

/** Name of the table that holds a parameter of all styles. */
export const styleTable = (name: string): string => `styles.${name}`;

/** Filters as constants. */
function constantsOf(graph: Graph, tensors: Tensors): Parameter {
  return (name, shape) => {
    const tensor = tensors.get(name);
    if (!tensor) throw new RangeError(`expected a tensor ${name} of the network, got none`);
    return graph.constant(tensor.data, shape);
  };
}
