// Loss term: the sum of squared differences to a picture as both look blurred, the blur being in linear light.
import { clipByValue, div, exp, log, mul, sub, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import type { LowPass } from './low-pass.ts';
import { sumOfSquares } from './sum-of-squares.ts';

const GAMMA = 2.2;
// Keeps z / y finite where a picture is black over a whole kernel.
const DARKEST = 1e-12;
// No limit; clipping is twenty times as fast as a maximum with a number.
const BRIGHTEST = 1e6;

/**
 * With X = x^2.2, y = G(X), z = y^(1/2.2): `scale` · Σ (z − z_target)². The gradient is written out by hand:
 * 2.2 (X / x) · Gᵀ(2 (z − z_target) · z / (2.2 y)); X / x and z / y stand for the powers x^1.2 and y^(1/2.2 − 1), so black needs
 * no special case as long as x > 0. `target` `[h, w, 3]` and `lowPass` are borrowed; `scale` is the number of pixels that one
 * value of the low-pass stands for.
 */
export function blurredDifference(
  name: string,
  target: Tensor3D,
  { lowPass, scale }: { lowPass: LowPass; scale: number },
) {
  const blurred = (light: Tensor3D): Tensor3D =>
    tidy(() => clipByValue(lowPass.forward(light), DARKEST, BRIGHTEST)); // [3, w, h]
  const goal = tidy(() => root(blurred(power(target))));
  return {
    name,
    value: (x: Tensor3D): number =>
      scale * sumOfSquares(tidy(() => sub(root(blurred(power(x))), goal))),
    gradient: (x: Tensor3D): Tensor3D =>
      tidy(() => {
        const light = power(x);
        const y = blurred(light);
        const z = root(y);
        const slope: Tensor3D = div(mul(mul(sub(z, goal), 2 / GAMMA), z), y);
        return mul(mul(div(light, x), GAMMA), lowPass.adjoint(slope));
      }),
    dispose() {
      goal.dispose();
    },
  };
}

// exp and log take two thirds of the time of the power kernel; tidied one by one, since the heap never shrinks.
const power = (x: Tensor3D): Tensor3D => tidy(() => exp(mul(log(x), GAMMA)));
const root = (y: Tensor3D): Tensor3D => tidy(() => exp(mul(log(y), 1 / GAMMA)));
