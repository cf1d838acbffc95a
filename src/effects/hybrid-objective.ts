// What a hybrid image is fitted to: sharp likeness to the near picture, blurred likeness (in linear light) to the far one.
import {
  add,
  avgPool,
  clone,
  div,
  exp,
  fill,
  log,
  maximum,
  mul,
  reciprocal,
  sub,
  type Tensor3D,
  image as tfImage,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { createBlur, gaussianKernel } from '../tensor/gaussian.ts';

const GAMMA = 2.2;
// Keeps z / y finite where a picture is black over a whole kernel.
const DARKEST = 1e-12;

/** `loss = nearWeight · near + farWeight · far`, each a sum of squares over all values. */
export type Losses = { loss: number; near: number; far: number };

export type Objective = {
  /** Gradient of the loss with respect to `x` `[h, w, 3]`; the caller owns it. */
  gradient: (x: Tensor3D) => Tensor3D;
  losses: (x: Tensor3D) => Losses;
  /** The closed-form start `near + farWeight / (nearWeight + farWeight) · G(far − near)`, unclamped; the caller owns it. */
  frequencyStart: () => Tensor3D;
  dispose: () => void;
};

export type ObjectiveOptions = {
  nearWeight: number;
  farWeight: number;
  /** Odd taps and sigma in pixels of the coarse grid. */
  kernel: { size: number; sigma: number };
  /** `zero`: pixels outside count as black, as in the original recipe; `normalised`: they do not count. */
  borders: 'zero' | 'normalised';
  /** The far comparison works on means of `coarse × coarse` pixels; sides must be multiples of it. */
  coarse: number;
};

/**
 * The objective for two pictures `[h, w, 3]`, sRGB-coded 0…1, which it borrows until `dispose`.
 *
 * With X = x^2.2, y = G(X), z = y^(1/2.2): loss = nearWeight · Σ(x − near)² + farWeight · Σ(z − z_far)². The gradient is
 * written out by hand: 2 nearWeight (x − near) + 2.2 (X / x) · Gᵀ(2 farWeight (z − z_far) · z / (2.2 y)); X / x and z / y stand for
 * the powers x^1.2 and y^(1/2.2 − 1), so black needs no special case as long as x > 0. On a coarse grid the far part of the
 * gradient is spread linearly instead of in steps: a smooth direction of descent in place of the blocky exact one.
 */
export function createObjective(
  { near, far }: { near: Tensor3D; far: Tensor3D },
  { nearWeight, farWeight, kernel, borders, coarse }: ObjectiveOptions,
): Objective {
  const [height, width] = near.shape;
  const size = { width: width / coarse, height: height / coarse };
  const blur = createBlur({ ...size, kernel: gaussianKernel(kernel) });
  const planes = (x: Tensor3D): Tensor3D =>
    transpose(coarse === 1 ? x : avgPool(x, coarse, coarse, 'valid'), [2, 0, 1]); // [3, h, w]
  const spread = (x: Tensor3D): Tensor3D =>
    coarse === 1 ? x : tfImage.resizeBilinear(x, [height, width], false, true);

  const share: Tensor3D | undefined =
    borders === 'zero'
      ? undefined
      : tidy(() => reciprocal(blur.turn(fill([3, size.height, size.width], 1)))); // [3, w, h]
  const weighted = (y: Tensor3D): Tensor3D => (share ? mul(y, share) : y);
  const blurred = (light: Tensor3D): Tensor3D =>
    maximum(weighted(blur.turn(planes(light))), DARKEST); // [3, w, h]
  const target = tidy(() => root(blurred(power(far))));

  return {
    gradient: (x) =>
      tidy(() => {
        const light = power(x);
        const y = blurred(light);
        const z = root(y);
        const slope = div(mul(mul(sub(z, target), (2 * farWeight) / GAMMA), z), y);
        const back = transpose(blur.turnBack(weighted(slope as Tensor3D)), [1, 2, 0]); // [h, w, 3]
        const farPart = mul(mul(div(light, x), GAMMA), spread(back));
        return add(mul(sub(x, near), 2 * nearWeight), farPart);
      }),
    losses: (x) => {
      const nearLoss = sumOfSquares(tidy(() => sub(x, near)));
      const farLoss = coarse ** 2 * sumOfSquares(tidy(() => sub(root(blurred(power(x))), target)));
      return { near: nearLoss, far: farLoss, loss: nearWeight * nearLoss + farWeight * farLoss };
    },
    frequencyStart: () =>
      tidy(() => {
        const difference = blur.turn(planes(sub(far, near)));
        const even = share
          ? mul(difference, share)
          : div(difference, blur.turn(fill([3, size.height, size.width], 1)));
        const low = spread(transpose(even as Tensor3D, [2, 1, 0])); // [h, w, 3]
        return clone(add(near, mul(low, farWeight / (nearWeight + farWeight))));
      }),
    dispose() {
      blur.dispose();
      share?.dispose();
      target.dispose();
    },
  };
}

// exp and log take two thirds of the time of the power kernel.
const power = (x: Tensor3D): Tensor3D => exp(mul(log(x), GAMMA));
const root = (y: Tensor3D): Tensor3D => exp(mul(log(y), 1 / GAMMA));

// In double precision: the WASM backend's own sum is off by 2e-4 over a 512×512 picture, and by 8e-5 even over its rows.
function sumOfSquares(difference: Tensor3D): number {
  const values = difference.dataSync<'float32'>();
  difference.dispose();
  let total = 0;
  for (const v of values) total += v * v;
  return total;
}
