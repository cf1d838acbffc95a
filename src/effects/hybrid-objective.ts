// What a hybrid image is fitted to: sharp likeness to the near picture, blurred likeness (in linear light) to the far one.
import { add, mul, sub, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import { type Evaluator, weightedSum } from '../fit/loss.ts';
import { blurredDifference } from '../tensor/loss-blurred.ts';
import { sharpDifference } from '../tensor/loss-sharp.ts';
import { createLowPass, type LowPassOptions } from '../tensor/low-pass.ts';
import { tensorSpace } from '../tensor/tensor-space.ts';

export type Objective = Evaluator<Tensor3D> & {
  /** The closed-form start `near + share · G(far − near)`, unclamped; the caller owns it. */
  frequencyStart: (share?: number) => Tensor3D;
};

export type ObjectiveOptions = Omit<LowPassOptions, 'width' | 'height'> & {
  nearWeight: number;
  farWeight: number;
};

/**
 * nearWeight · Σ(x − near)² + farWeight · Σ(blurred x − blurred far)², for two pictures `[h, w, 3]`, sRGB-coded 0…1, which it
 * borrows until `dispose`. The share of `frequencyStart` is farWeight / (nearWeight + farWeight) unless given.
 */
export function createObjective(
  { near, far }: { near: Tensor3D; far: Tensor3D },
  { nearWeight, farWeight, ...options }: ObjectiveOptions,
): Objective {
  const [height, width] = near.shape;
  const lowPass = createLowPass({ width, height, ...options });
  const evaluator = weightedSum(tensorSpace, [
    [nearWeight, sharpDifference('near', near)],
    [farWeight, blurredDifference('far', far, { lowPass, scale: options.coarse ** 2 })],
  ]);
  return {
    ...evaluator,
    frequencyStart: (share = farWeight / (nearWeight + farWeight)) =>
      tidy(() => add(near, mul(lowPass.smooth(sub(far, near)), share))),
    dispose() {
      evaluator.dispose();
      lowPass.dispose();
    },
  };
}
