// The PatchGAN discriminator (Isola et al. 2017): a score for every patch of a picture, also beside a condition.
import type { Value } from '../../graph/graph.ts';
import { resizeBilinear } from '../../graph/ops/resize-bilinear.ts';
import { concat } from '../../graph/ops/slice.ts';
import { leakyRelu } from '../../graph/ops/unary.ts';
import { shape4 } from '../../graph/shape.ts';
import { type ConvLayer, convLayer } from './conv-layer.ts';
import { type Norm, normLayer } from './norm-layer.ts';
import type { Parameter } from './parameters.ts';

export type PatchganOptions = {
  /** Layers of stride 2; 3 for patches of 70 pixels. */
  layers?: number;
  /** Channels of the first layer; 64 without it. */
  width?: number;
  norm?: Norm;
  /** What the picture was made of, [n, c, h, w] of any size. */
  condition?: Value | undefined;
  /** Changes the filters before they are used, as spectral normalisation does. */
  reparametrise?: NonNullable<ConvLayer['reparametrise']>;
};

const SLOPE = 0.2;
const init = { deviation: 0.02 };

/**
 * Scores [n, 1, h', w'] of a picture [n, c, h, w]. A condition of the same size is joined to the picture; that of another size
 * goes through a first layer of its own, whose features are resized to those of the picture.
 */
export function patchgan(x: Value, parameter: Parameter, options: PatchganOptions = {}): Value {
  const { layers = 3, width = 64, norm = 'instance', condition, reparametrise } = options;
  const layer = (from: Value, name: string, outputs: number, stride: number, bias = true) =>
    convLayer(from, parameter, name, {
      outputs,
      side: 4,
      stride,
      padding: 1,
      init,
      bias,
      ...(reparametrise && { reparametrise }),
    });
  const first = (from: Value, name: string): Value => leakyRelu(layer(from, name, width, 2), SLOPE);

  let features: Value;
  if (!condition) features = first(x, 'conv0');
  else if (String(condition.shape.slice(2)) === String(x.shape.slice(2)))
    features = first(concat([condition, x], 1), 'conv0');
  else {
    const own = first(x, 'conv0');
    const [, , height, columns] = shape4(own.shape);
    const beside = resizeBilinear(first(condition, 'condition'), { height, width: columns });
    features = concat([beside, own], 1);
  }
  for (let n = 1; n <= layers; n += 1) {
    const name = `conv${n}`;
    const channels = width * Math.min(8, 2 ** n);
    const made = layer(features, name, channels, n < layers ? 2 : 1, norm !== 'batch');
    features = leakyRelu(normLayer(made, norm, parameter, name), SLOPE);
  }
  return layer(features, `conv${layers + 1}`, 1, 1);
}
