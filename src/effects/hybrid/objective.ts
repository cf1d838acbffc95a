// The objective of a hybrid: sharp difference to the near picture plus blurred difference (in linear light) to the far one.
import { add, mul, sub, type Tensor3D } from '@tensorflow/tfjs-core';
import { type Evaluator, weightedSum } from '../../fit/loss.ts';
import type { LowPass } from '../../tensor/filter/low-pass.ts';
import { inTurn } from '../../tensor/ops/in-turn.ts';
import { blurredDifference } from '../../tensor/ops/loss-blurred.ts';
import { sharpDifference } from '../../tensor/ops/loss-sharp.ts';
import { tensorSpace } from '../../tensor/ops/tensor-space.ts';

/** Two pictures `[h, w, c]`, sRGB-coded 0…1. */
export type Pair = { near: Tensor3D; far: Tensor3D };

/**
 * nearWeight · Σ(x − near)² + farWeight · Σ(blurred x − blurred far)². Borrows `near` and `lowPass`; `far` may be freed after the
 * call. `coarse` is the edge of the low-pass' pixels, in px.
 */
export const hybridLoss = (
  { near, far }: Pair,
  options: { nearWeight: number; farWeight: number; lowPass: LowPass; coarse: number },
): Evaluator<Tensor3D> => {
  const { nearWeight, farWeight, lowPass, coarse } = options;
  // The term that needs more memory comes first, before the other term's gradient takes room.
  return weightedSum(tensorSpace, [
    [farWeight, blurredDifference('far', far, { lowPass, scale: coarse ** 2 })],
    [nearWeight, sharpDifference('near', near)],
  ]);
};

/** The closed-form hybrid near + share · G(far − near), unclamped; a new tensor. */
export const frequencyMix = ({ near, far }: Pair, lowPass: LowPass, share: number): Tensor3D =>
  inTurn(
    far,
    (x) => sub(x, near),
    lowPass.smooth,
    (x) => mul(x, share),
    (x) => add(near, x),
  );
