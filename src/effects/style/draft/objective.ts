// What a draft of a style transfer minimises: relative distances of Gram matrices to the style's, and of deep features to the content's.
import {
  dispose,
  matMul,
  mul,
  reshape,
  sub,
  type Tensor2D,
  type Tensor3D,
  tensor2d,
  tensor3d,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Size } from '../../../image.ts';
import type { Rgb } from '../../../nets/rgb.ts';
import type { TensorNet } from '../../../nets/vgg19/on-tensors.ts';

/** Weights of the layers whose Gram matrices are compared. Shallow ones weigh more, since few steps cannot build large structures. */
const STYLE_WEIGHTS: Readonly<Record<string, number>> = {
  relu1_1: 0.35,
  relu2_1: 0.3,
  relu3_1: 0.2,
  relu4_1: 0.15,
};
const STYLE_LAYERS = Object.keys(STYLE_WEIGHTS);
const CONTENT_LAYER = 'relu4_2';
/** Weight of the content against the sum over the style layers. */
const CONTENT_WEIGHT = 0.3;
/** Weight of the mean square difference of neighbours, which smooths. */
const VARIATION_WEIGHT = 1;
/** The gradient is scaled so that the first step of L-BFGS, which is at most 1 long, is not too short. */
const SCALE = 1000;
/** Keeps relative distances finite for features that are 0 everywhere. */
const TINY = 1e-12;

/** Gram matrices `[c, c]` by layer. */
export type Grams = ReadonlyMap<string, Float32Array>;

/** Gram matrices of a picture, divided by the number of positions. */
export function gramsOf(net: TensorNet, { width, height, data }: Rgb): Grams {
  const features = tidy(() => [...net.features(tensor3d(data, [height, width, 3]), CONTENT_LAYER)]);
  const grams = new Map<string, Float32Array>();
  for (const [name, feature] of features) {
    if (STYLE_LAYERS.includes(name))
      grams.set(
        name,
        valuesOf(() => gram(matrixOf(feature))),
      );
    feature.dispose();
  }
  return grams;
}

/** The weighted sum of Gram matrices. */
export function mixedGrams(parts: readonly { grams: Grams; weight: number }[]): Grams {
  return new Map(
    STYLE_LAYERS.map((name) => {
      const sum = new Float32Array(parts[0]!.grams.get(name)!.length);
      for (const { grams, weight } of parts) {
        const values = grams.get(name)!;
        for (let i = 0; i < sum.length; i++) sum[i]! += weight * values[i]!;
      }
      return [name, sum] as const;
    }),
  );
}

export type Objective = {
  /** The gradient at a picture `[h, w, 3]`; makes no tensor that stays. */
  gradient: (position: Float32Array) => Float32Array;
};

/** The objective for a content and the Gram matrices of its style. */
export function draftObjective(net: TensorNet, content: Rgb, goals: Grams): Objective {
  const shape: [number, number, number] = [content.height, content.width, 3];
  const wanted = valuesOf(
    () => net.features(tensor3d(content.data, shape), CONTENT_LAYER).get(CONTENT_LAYER)!,
  );
  const contentScale = (2 * CONTENT_WEIGHT) / (squares(wanted) + TINY);
  return {
    gradient(position) {
      const gradient = valuesOf(() => {
        const features = net.features(tensor3d(position, shape), CONTENT_LAYER);
        const of = new Map<string, Tensor3D>();
        for (const name of STYLE_LAYERS) {
          of.set(name, styleGradient(features.get(name)!, goals.get(name)!, STYLE_WEIGHTS[name]!));
        }
        const deep = features.get(CONTENT_LAYER)!;
        of.set(CONTENT_LAYER, mul(sub(deep, tensor3d(wanted, deep.shape)), contentScale));
        return net.gradient(features, of);
      });
      addVariation(position, content, gradient);
      return gradient.map((value) => SCALE * value);
    },
  };
}

/** Adds the gradient of the variation: the mean of (neighbour − value)², to the right and below. */
function addVariation(position: Float32Array, { width, height }: Size, to: Float32Array): void {
  const scale = (2 * VARIATION_WEIGHT) / position.length;
  const row = 3 * width;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < row; x++, i++) {
      if (x + 3 < row) pull(i, i + 3);
      if (y + 1 < height) pull(i, i + row);
    }
  }
  function pull(i: number, j: number): void {
    const slope = scale * (position[j]! - position[i]!);
    to[j]! += slope;
    to[i]! -= slope;
  }
}

/** The gradient of `weight` · Σ (G − G*)² / Σ G*² with respect to the features. */
function styleGradient(features: Tensor3D, goal: Float32Array, weight: number): Tensor3D {
  const matrix = matrixOf(features);
  const [positions, channels] = matrix.shape;
  const difference = sub<Tensor2D>(gram(matrix), tensor2d(goal, [channels, channels]));
  const scale = (4 * weight) / (positions * (squares(goal) + TINY));
  return reshape(mul(matMul(matrix, difference), scale), features.shape);
}

const matrixOf = (features: Tensor3D): Tensor2D =>
  reshape(features, [features.shape[0] * features.shape[1], features.shape[2]]);

const gram = (matrix: Tensor2D): Tensor2D =>
  mul(matMul(matrix, matrix, true, false), 1 / matrix.shape[0]);

const squares = (values: Float32Array): number =>
  values.reduce((sum, value) => sum + value * value, 0);

/** The values of a tensor that is made and freed here, with all others that were made for it. */
function valuesOf(make: () => Tensor3D | Tensor2D): Float32Array {
  const made = tidy(make);
  try {
    return made.dataSync<'float32'>().slice();
  } finally {
    dispose(made);
  }
}
