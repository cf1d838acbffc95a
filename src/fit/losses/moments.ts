// Mean and covariance of features over the positions of a picture, and of mixtures of several pictures' features.

import type { Value } from '../../graph/graph.ts';
import { mul, sub } from '../../graph/ops/elementwise.ts';
import { gram } from '../../graph/ops/matmul.ts';
import { mean } from '../../graph/ops/mean.ts';
import { reshape } from '../../graph/ops/reshape.ts';

/** Features `[1, c, h, w]` as `[c, h · w]`. */
export function asMatrix(features: Value): Value {
  const [, channels = 1, height = 1, width = 1] = features.shape;
  return reshape(features, [channels, height * width]);
}

/**
 * Of features `[1, c, h, w]` times `scale`: mean `[c, 1]` and biased covariance `[c, c]`; and the matrix `[c, n]` of the features
 * themselves without their mean.
 */
export function momentsOf(
  features: Value,
  scale = 1,
): { mean: Value; centred: Value; covariance: Value } {
  const f = asMatrix(features);
  const mu = mean(f, { axes: [1], keepDims: true });
  const centred = sub(f, mu);
  const covariance = mul(gram(centred), scale ** 2 / f.shape[1]!);
  return { mean: mul(mu, scale), centred, covariance };
}

/** Moments outside of a graph: `c` means, `c · c` covariances. */
export type Moments = { mean: Float32Array; covariance: Float32Array };

/**
 * Moments of the mixture of these by weight; the weights add up to 1. Equals mixing means and raw second moments, but without
 * numerical cancellation.
 */
export function mixMoments(parts: readonly { weight: number; moments: Moments }[]): Moments {
  const channels = parts[0]?.moments.mean.length ?? 0;
  const total = new Float64Array(channels);
  const covariance = new Float64Array(channels ** 2);
  for (const { weight, moments } of parts)
    for (let i = 0; i < channels; i++) total[i]! += weight * moments.mean[i]!;
  for (const { weight, moments } of parts) {
    const off = total.map((m, i) => moments.mean[i]! - m);
    for (let i = 0, k = 0; i < channels; i++)
      for (let j = 0; j < channels; j++, k++)
        covariance[k]! += weight * (moments.covariance[k]! + off[i]! * off[j]!);
  }
  return { mean: Float32Array.from(total), covariance: Float32Array.from(covariance) };
}

/** Σ weight · array. */
export function mixArrays(parts: readonly { weight: number; data: Float32Array }[]): Float32Array {
  const total = new Float64Array(parts[0]?.data.length ?? 0);
  for (const { weight, data } of parts)
    for (let i = 0; i < total.length; i++) total[i]! += weight * data[i]!;
  return Float32Array.from(total);
}
