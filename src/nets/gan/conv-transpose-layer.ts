// A transposed convolution with a filter and a bias of its own, which enlarges a picture to twice its size.

import type { Value } from '../../graph/graph.ts';
import { convTranspose2d } from '../../graph/ops/conv/conv.ts';
import type { Parameter } from './parameters.ts';

export type ConvTransposeLayer = { outputs: number; side: 3 | 4; bias: boolean; deviation: number };

/** x [n, c, h, w] as [n, outputs, 2h, 2w], by the parameters `<name>.weight` [c, outputs, side, side] and `<name>.bias`. */
export function convTransposeLayer(
  x: Value,
  parameter: Parameter,
  name: string,
  { outputs, side, bias, deviation }: ConvTransposeLayer,
): Value {
  const weight = parameter(`${name}.weight`, [x.shape[1]!, outputs, side, side], { deviation });
  // Three taps leave one row and column less on the right and below, which PyTorch calls output padding.
  const after = side === 3 ? 0 : 1;
  return convTranspose2d(x, weight, {
    strides: [2, 2],
    pads: [1, 1, after, after],
    bias: bias ? parameter(`${name}.bias`, [outputs], 'zeros') : undefined,
  });
}
