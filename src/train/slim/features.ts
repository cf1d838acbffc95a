// Features of the teacher and of the slim network, which share their shallow layers, in a training graph.

import type { Weights } from '../../graph/engine.ts';
import type { Value } from '../../graph/graph.ts';
import { conv2d } from '../../graph/ops/conv/conv.ts';
import { pad } from '../../graph/ops/pad.ts';
import { maxPool2d } from '../../graph/ops/pool.ts';
import { relu } from '../../graph/ops/unary.ts';
import type { Parameter } from '../../nets/gan/parameters.ts';
import { convWeights } from '../../nets/vgg19/weights.ts';
import { KEPT_LAYERS, LAYERS, TEACHER, TRAINED_LAYERS, WIDTHS } from './sizes.ts';

/** Features [n, c, h, w] by layer. */
export type Features = Readonly<Record<string, Value>>;

/** Filter and bias of a layer. */
type Layer = (name: string, x: Value) => { filter: Value; bias: Value };

/** The teacher's layers as constants. */
const taught =
  (weights: Weights): Layer =>
  (name, { graph }) => {
    const { filter, bias } = convWeights(weights, TEACHER, name);
    return {
      filter: graph.constant(filter.data, filter.shape),
      bias: graph.constant(bias.data, bias.shape),
    };
  };

/** The layers that are trained. */
const learned =
  (parameter: Parameter): Layer =>
  (name, x) => ({
    filter: parameter(`conv${name}.weight`, [WIDTHS[name]!, x.shape[1]!, 3, 3], 'zeros'),
    bias: parameter(`conv${name}.bias`, [WIDTHS[name]!], 'zeros'),
  });

function through(x: Value, layers: readonly string[], layer: Layer): Features {
  const features: Record<string, Value> = {};
  let y = x;
  for (const name of layers) {
    if (name.endsWith('_1') && name !== '1_1') y = maxPool2d(y);
    const { filter, bias } = layer(name, y);
    y = relu(conv2d(pad(y, [1, 1, 1, 1], 'reflect'), filter, { bias }));
    features[name] = y;
  }
  return features;
}

/** Features of pictures [n, 3, h, w] in the shallow layers, which both networks have. */
export const sharedFeatures = (pictures: Value, teacher: Weights): Features =>
  through(pictures, KEPT_LAYERS, taught(teacher));

/** The teacher's features in the deep layers. */
export const teacherFeatures = (shared: Features, teacher: Weights): Features =>
  through(shared[KEPT_LAYERS.at(-1)!]!, TRAINED_LAYERS, taught(teacher));

/** The slim network's features in the deep layers; its parameters are those of the teacher's names. */
export const slimFeatures = (shared: Features, parameter: Parameter): Features =>
  through(shared[KEPT_LAYERS.at(-1)!]!, TRAINED_LAYERS, learned(parameter));

/** The teacher's features in all layers. */
export const allTeacherFeatures = (pictures: Value, teacher: Weights): Features =>
  through(pictures, LAYERS, taught(teacher));
