// Style as the distribution of features: the 2-Wasserstein distance of Gaussians with their means and covariances.

import { customGradient } from '../../graph/gradients.ts';
import type { Value } from '../../graph/graph.ts';
import { add, mul, square, sub } from '../../graph/ops/elementwise.ts';
import { matMul } from '../../graph/ops/matmul.ts';
import { mean } from '../../graph/ops/mean.ts';
import { reshape, transpose } from '../../graph/ops/reshape.ts';
import { identity, regularised, rootTrace, trace } from './matrix-root.ts';
import { momentsOf } from './moments.ts';

/** Added to the diagonal of covariances, because those of deep layers are rank-deficient. */
export const COVARIANCE_EPSILON = 1e-4;

/** Mean `[c, 1]`, regularised covariance `[c, c]` and its root, of features times the same scale. */
export type WassersteinTarget = { mean: Value; covariance: Value; root: Value };

/**
 * mean (μ − μ*)² + tr(S + S* − 2 (R S R)^½) / c of features `[1, c, h, w]` times `scale`, where R² = S*; of shape []. Its gradient is
 * the closed form with the iteration's own inverse root (∂ tr(R S R)^½ / ∂S = ½ R (R S R)^−½ R), which takes two matrix products instead
 * of 72 for differentiating through the iteration.
 */
export function wassersteinLoss(features: Value, target: WassersteinTarget, scale = 1): Value {
  const { root } = target;
  const { mean: mu, centred, covariance } = momentsOf(features, scale);
  const s = regularised(covariance, COVARIANCE_EPSILON);
  const between = rootTrace(matMul(matMul(root, s), root));
  const [channels, positions] = centred.shape as [number, number];
  const offMean = sub(mu, target.mean);
  const spread = sub(add(trace(s), trace(target.covariance)), mul(between.trace, 2));
  const value = add(mean(square(offMean)), mul(spread, 1 / channels));
  return customGradient(value, [features], (dy) => {
    const pull = matMul(matMul(root, between.inverseRoot), root);
    const symmetric = mul(add(pull, transpose(pull)), 0.5);
    const bySpread = sub(identity(features.graph, channels), symmetric);
    const share = (2 * scale) / (channels * positions);
    const gradient = add(
      matMul(mul(bySpread, mul(dy, share * scale)), centred),
      mul(offMean, mul(dy, share)),
    );
    return [reshape(gradient, features.shape)];
  });
}
