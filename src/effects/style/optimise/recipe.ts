// The recipes of style transfer: losses with their weights, optimizer, sizes and steps, and the changes that a request makes.
import { paramError } from '../../../errors.ts';
import { arraySpace } from '../../../fit/array-space.ts';
import { lbfgs } from '../../../fit/optimisers/lbfgs.ts';
import { adam, type Optimizer } from '../../../fit/optimisers/optimisers.ts';
import type { Device } from '../../../graph/engine.ts';
import { vgg19Layers } from '../../../nets/vgg19/vgg19.ts';
import { VARIANTS, type Vgg19Variant } from '../../../nets/vgg19/weights.ts';
import type { Objective } from './objective.ts';

export type RecipeName = 'pyramid' | 'classic' | 'basic';

/** Choices of a request: the recipe, and what it changes of it. */
export type RecipeChoices = {
  recipe: RecipeName;
  weights: keyof typeof VARIANTS;
  /** Iterations over all scales. */
  steps?: number | undefined;
  optimizer?: 'adam' | 'lbfgs' | undefined;
  contentLayers?: readonly string[] | undefined;
  styleLayers?: readonly string[] | undefined;
  contentWeight?: number | undefined;
  styleWeight?: number | undefined;
  tvWeight?: number | undefined;
};

export type Recipe = {
  variant: Vgg19Variant;
  objective: Objective;
  optimizer: () => Optimizer<Float32Array>;
  /** Decay of the average over iterates, which is the result; undefined: the result is the last iterate. */
  averageDecay: number | undefined;
  /** Long side of the first scale, in px; undefined: a single scale. */
  coarsest: number | undefined;
  /** Default long side in px, unless the content is smaller. */
  size: (device: Device['kind']) => number;
  /** Iterations over that many scales. */
  steps: (scales: number) => number;
};

const STYLE_LAYERS = ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1', 'relu5_1'];
const BLOCK_WEIGHTS = [256, 64, 16, 4, 1];

type Base = Omit<Recipe, 'variant' | 'objective' | 'optimizer'> & {
  contentLayers: readonly string[];
  /** Weight of a style layer by the number of its block, from 1; only proportions count. */
  blockWeight: (block: number) => number;
  objective: Omit<Objective, 'contentLayers' | 'styleLayers' | 'featureScale'>;
  adam: () => Optimizer<Float32Array>;
  /** Factors of the weights with a small network, whose features have other magnitudes in each layer. */
  small: { content: number; style: number };
  /** Factor of the features of the full network. */
  fullScale: number;
};

// Networks for normalised colours divide levels of 0…255 by this. The weights of recipes for such networks assume features that
// are smaller by this factor, since a network of ReLUs scales with its input.
const LEVELS_PER_UNIT = 0.225 * 255;

// Adam as in TensorFlow's tutorial: the large epsilon, added to the uncorrected root, keeps the first steps from greying the picture.
const kerasAdam = (): Optimizer<Float32Array> =>
  adam(arraySpace, { lr: 0.02, beta1: 0.99, beta2: 0.999, epsilon: 0.1, epsilonAt: 'raw' });

const bases: Record<RecipeName, Base> = {
  basic: {
    contentLayers: ['relu5_2'],
    blockWeight: () => 1,
    objective: {
      contentWeight: 1,
      styleLoss: 'gram',
      styleWeight: 1,
      variation: 'none',
      variationWeight: 0,
    },
    adam: kerasAdam,
    small: { content: 1, style: 1 },
    fullScale: 1,
    averageDecay: undefined,
    coarsest: undefined,
    size: (device) => (device === 'cpu' ? 384 : 512),
    steps: () => 300,
  },
  // https://www.tensorflow.org/tutorials/generative/style_transfer
  classic: {
    contentLayers: ['relu5_2'],
    blockWeight: () => 1,
    objective: {
      contentWeight: 1e4,
      styleLoss: 'gram',
      styleWeight: 1e-2,
      variation: 'l1',
      variationWeight: 30,
    },
    adam: kerasAdam,
    small: { content: 1, style: 1e6 },
    fullScale: 1,
    averageDecay: undefined,
    coarsest: undefined,
    size: () => 512,
    steps: () => 1000,
  },
  // https://github.com/crowsonkb/style-transfer-pytorch
  pyramid: {
    contentLayers: ['relu4_2'],
    blockWeight: (block) => BLOCK_WEIGHTS[block - 1]!,
    objective: {
      contentWeight: 0.015,
      styleLoss: 'wasserstein',
      styleWeight: 1,
      variation: 'nine-point',
      variationWeight: 2,
    },
    adam: () => adam(arraySpace, { lr: 0.02, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 }),
    // Chosen by looking: below it faces dissolve, and above it the style's strokes and colours fade.
    small: { content: 4, style: 1 },
    fullScale: 1 / LEVELS_PER_UNIT,
    averageDecay: 0.99,
    coarsest: 128,
    size: (device) => (device === 'cpu' ? 512 : 1024),
    steps: (scales) => 200 * (scales + 1),
  },
};

/** The recipe with the request's choices applied. Throws `bad_option` for a layer that the network does not have. */
export function recipeOf(choices: RecipeChoices): Recipe {
  const base = bases[choices.recipe];
  const variant = VARIANTS[choices.weights];
  const known = vgg19Layers(variant);
  // The small networks end before relu5_2; their last layer replaces it.
  const contentLayers =
    choices.contentLayers ??
    base.contentLayers.map((name) => (known.includes(name) ? name : known.at(-1)!));
  const styleLayers = choices.styleLayers ?? STYLE_LAYERS;
  checkLayers('contentLayers', contentLayers, known);
  checkLayers('styleLayers', styleLayers, known);
  const { objective } = base;
  const small = variant !== 'vgg19';
  const featureScale = small ? 1 : base.fullScale;
  const factors = small ? base.small : { content: 1, style: 1 };
  return {
    ...base,
    variant,
    steps: (scales) => choices.steps ?? base.steps(scales),
    optimizer: choices.optimizer === 'lbfgs' ? () => lbfgs(arraySpace) : base.adam,
    objective: {
      ...objective,
      contentLayers,
      featureScale,
      contentWeight:
        (choices.contentWeight ?? objective.contentWeight * factors.content) * featureScale ** 2,
      styleLayers: normalised(styleLayers, base.blockWeight),
      styleWeight: choices.styleWeight ?? objective.styleWeight * factors.style,
      ...variationOf(objective, choices.tvWeight),
    },
  };
}

/** The total variation for the asked weight; recipes without one take the nine-point variant. */
function variationOf(
  { variation, variationWeight }: Base['objective'],
  asked: number | undefined,
): Pick<Objective, 'variation' | 'variationWeight'> {
  const weight = asked ?? variationWeight;
  if (weight === 0) return { variation: 'none', variationWeight: 0 };
  return { variation: variation === 'none' ? 'nine-point' : variation, variationWeight: weight };
}

function normalised(
  layers: readonly string[],
  blockWeight: (block: number) => number,
): Objective['styleLayers'] {
  const weights = layers.map((name) => blockWeight(Number(name.slice(4, 5))));
  const total = weights.reduce((a, b) => a + b, 0);
  return layers.map((name, i) => ({ name, weight: weights[i]! / total }));
}

function checkLayers(param: string, layers: readonly string[], known: readonly string[]): void {
  const strange = layers.find((name) => !known.includes(name));
  if (layers.length > 0 && strange === undefined && new Set(layers).size === layers.length) return;
  const got = strange ?? (layers.length === 0 ? 'none' : layers.join('~'));
  throw paramError({
    param,
    expected: `different ones of ${known.join(', ')}`,
    got: JSON.stringify(got),
  });
}
