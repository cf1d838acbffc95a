// Style as correlations of features (Gatys et al. 2015), in the three normalisations in use.

import type { Value } from '../../graph/graph.ts';
import { mul, square, sub } from '../../graph/ops/elementwise.ts';
import { gram as product } from '../../graph/ops/matmul.ts';
import { mean } from '../../graph/ops/mean.ts';
import { asMatrix } from './moments.ts';

/**
 * What a Gram matrix is divided by: the number of `positions` (TensorFlow's tutorial), of all `elements` (neural-style, PyTorch's
 * tutorial), or nothing for `paper`, whose loss has the original factors.
 */
export type GramNormalisation = 'positions' | 'elements' | 'paper';

/** Gram matrix `[c, c]` of features `[1, c, h, w]`. */
export function gram(features: Value, normalisation: GramNormalisation): Value {
  const f = asMatrix(features);
  const [channels, positions] = f.shape as [number, number];
  const divisor = { positions, elements: channels * positions, paper: 1 }[normalisation];
  return mul(product(f), 1 / divisor);
}

/** Mean square difference of the Gram matrices, of shape []; `paper`: Σ (G − G*)² / (4 c² n²) of features with n positions. */
export function gramLoss(features: Value, target: Value, normalisation: GramNormalisation): Value {
  const loss = mean(square(sub(gram(features, normalisation), target)));
  if (normalisation !== 'paper') return loss;
  const positions = asMatrix(features).shape[1]!;
  return mul(loss, 1 / (4 * positions ** 2));
}
