// The discriminator that tells drawn cells from generated ones: five convolutions that look at about 20 cells.
import type { Value } from '../../graph/graph.ts';
import { leakyRelu } from '../../graph/ops/unary.ts';
import { convLayer } from '../gan/conv-layer.ts';
import type { Parameter } from '../gan/parameters.ts';

const SLOPE = 0.2;

/** Luma [n, 1, h, w] of cells, h and w even, as scores [n, 1, h / 2, w / 2]. `reparametrise` normalises the filters. */
export function pixelartDiscriminator(
  x: Value,
  parameter: Parameter,
  reparametrise: (filter: Value, name: string) => Value,
): Value {
  const layer = (from: Value, name: string, outputs: number, side = 3, stride = 1): Value =>
    convLayer(from, parameter, name, { outputs, side, stride, reparametrise });
  const fine = leakyRelu(layer(x, 'conv1', 32), SLOPE);
  const halved = leakyRelu(layer(fine, 'conv2', 64, 4, 2), SLOPE);
  const third = leakyRelu(layer(halved, 'conv3', 64), SLOPE);
  const fourth = leakyRelu(layer(third, 'conv4', 64), SLOPE);
  return layer(fourth, 'conv5', 1);
}
