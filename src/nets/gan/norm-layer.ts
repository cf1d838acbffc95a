// Normalisation of activations as picture-to-picture networks have it.

import type { Value } from '../../graph/graph.ts';
import { add, div, mul, square, sub } from '../../graph/ops/elementwise.ts';
import { mean } from '../../graph/ops/mean.ts';
import { reshape } from '../../graph/ops/reshape.ts';
import { sqrt } from '../../graph/ops/unary.ts';
import type { Parameter } from './parameters.ts';

/** `instance`: over each picture, without parameters. `batch`: over the batch, with a scale and an offset for each channel. */
export type Norm = 'instance' | 'batch' | 'none';

const EPSILON = 1e-5;

/** x [n, c, h, w] with mean 0 and variance 1 in each channel. As pix2pix does, `batch` uses the batch's statistics at any time. */
export function normLayer(x: Value, kind: Norm, parameter: Parameter, name: string): Value {
  if (kind === 'none') return x;
  const over = { axes: kind === 'instance' ? [2, 3] : [0, 2, 3], keepDims: true };
  const centred = sub(x, mean(x, over));
  const unit = div(centred, sqrt(add(mean(square(centred), over), EPSILON)));
  if (kind === 'instance') return unit;
  const c = x.shape[1]!;
  const scale = reshape(parameter(`${name}.scale`, [c], 'ones'), [1, c, 1, 1]);
  const offset = reshape(parameter(`${name}.offset`, [c], 'zeros'), [1, c, 1, 1]);
  return add(mul(unit, scale), offset);
}
