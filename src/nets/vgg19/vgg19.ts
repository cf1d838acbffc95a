// VGG19 (Simonyan & Zisserman 2014) as a graph: features of a picture after any of its rectified convolutions.

import type { Weights } from '../../graph/engine.ts';
import type { Value } from '../../graph/graph.ts';
import { conv2d } from '../../graph/ops/conv/conv.ts';
import { sub } from '../../graph/ops/elementwise.ts';
import { pad } from '../../graph/ops/pad.ts';
import { maxPool2d } from '../../graph/ops/pool.ts';
import { relu } from '../../graph/ops/unary.ts';
import { convWeights, type Vgg19Variant } from './weights.ts';

const BLOCKS = [2, 2, 4, 4, 4];
const SMALL_DEEPEST = 'relu5_1';

// Mean levels 0…255 of the training pictures (R, G, B), which the original network subtracts.
const MEANS = [123.68, 116.779, 103.939];

const allLayers = BLOCKS.flatMap((count, block) =>
  Array.from({ length: count }, (_, i) => `relu${block + 1}_${i + 1}`),
);

/** Names of the layers whose features can be requested, from shallow to deep: `relu1_1`, `relu1_2`, `relu2_1` … */
export const vgg19Layers = (variant: Vgg19Variant): readonly string[] =>
  variant === 'vgg19' ? allLayers : allLayers.slice(0, allLayers.indexOf(SMALL_DEEPEST) + 1);

/** Sides in px from which these layers have features: 16 for `relu5_1`, or 32 for the variant with reflection, which needs two pixels to pad one. */
export function smallestSide(variant: Vgg19Variant, layers: readonly string[]): number {
  const depth = Math.max(...layers.map((name) => Number(name.slice(4, 5))));
  return 2 ** (depth - 1) * (variant === 'vgg19' ? 1 : 2);
}

/**
 * Features `[1, c, h, w]` of a picture `[1, 3, h, w]` (RGB, sRGB-coded 0…1) after these layers, by name. Throws a RangeError for a
 * layer that the variant does not have or a picture below `smallestSide`.
 */
export function vgg19Features(
  picture: Value,
  options: { weights: Weights; variant: Vgg19Variant; layers: readonly string[] },
): Record<string, Value> {
  const { variant, layers } = options;
  const known = vgg19Layers(variant);
  checkLayers(picture, variant, layers);
  const deepest = Math.max(...layers.map((name) => known.indexOf(name)));
  const features: Record<string, Value> = {};
  let x = variant === 'vgg19' ? centred(picture) : picture;
  for (const name of known.slice(0, deepest + 1)) {
    if (name.endsWith('_1') && name !== 'relu1_1') x = maxPool2d(x);
    x = relu(convolve(x, name.slice(4), options));
    if (layers.includes(name)) features[name] = x;
  }
  return features;
}

function checkLayers(picture: Value, variant: Vgg19Variant, layers: readonly string[]): void {
  const known = vgg19Layers(variant);
  const strange = layers.find((name) => !known.includes(name));
  if (layers.length === 0 || strange !== undefined)
    throw new RangeError(
      `layers: expected some of ${known.join(', ')} (${variant}), got ${strange ?? 'none'}`,
    );
  const least = smallestSide(variant, layers);
  const [, , height = 0, width = 0] = picture.shape;
  if (Math.min(height, width) < least)
    throw new RangeError(`picture: expected sides from ${least} px, got ${width} × ${height}`);
}

/** Subtracts the mean. It cannot be folded into the first bias, because the zero padding is applied after the subtraction. */
function centred(picture: Value): Value {
  const means = Float32Array.from(MEANS, (level) => level / 255);
  return sub(picture, picture.graph.constant(means, [1, 3, 1, 1]));
}

function convolve(
  x: Value,
  name: string,
  { weights, variant }: { weights: Weights; variant: Vgg19Variant },
): Value {
  const { filter, bias } = convWeights(weights, variant, name);
  const { graph } = x;
  const w = graph.constant(filter.data, filter.shape);
  const b = graph.constant(bias.data, bias.shape);
  if (variant === 'vgg19') return conv2d(x, w, { pads: [1, 1, 1, 1], bias: b });
  return conv2d(pad(x, [1, 1, 1, 1], 'reflect'), w, { bias: b });
}
