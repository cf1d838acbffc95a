// Loss term: the sum of squared differences to a picture as both look blurred, the blur being in linear light.
import { clipByValue, div, exp, log, mul, sub, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import type { LowPass } from '../filter/low-pass.ts';
import { inTurn } from './in-turn.ts';
import { sumOfSquares } from './sum-of-squares.ts';

const GAMMA = 2.2;
// Keeps z / y finite where a picture is black over a whole kernel.
const DARKEST = 1e-12;
// No limit; clipping is twenty times as fast as a maximum with a number.
const BRIGHTEST = 1e6;

/**
 * With X = x^2.2, y = G(X), z = y^(1/2.2): `scale` · Σ (z − z_target)². The gradient is written out by hand:
 * 2.2 (X / x) · Gᵀ(2 (z − z_target) · z / (2.2 y)); X / x and z / y stand for the powers x^1.2 and y^(1/2.2 − 1), so black needs
 * no special case as long as x > 0. `target` `[h, w, c]` and `lowPass` are borrowed; `scale` is the number of pixels that one
 * value of the low-pass stands for.
 */
export function blurredDifference(
  name: string,
  target: Tensor3D,
  { lowPass, scale }: { lowPass: LowPass; scale: number },
) {
  const blurred = (light: Tensor3D): Tensor3D =>
    inTurn(light, lowPass.forward, (y) => clipByValue(y, DARKEST, BRIGHTEST)); // [c, w, h]
  const goal = inTurn(target, power, blurred, root);
  return {
    name,
    value: (x: Tensor3D): number =>
      scale * sumOfSquares(inTurn(x, power, blurred, root, (z) => sub(z, goal))),
    gradient: (x: Tensor3D): Tensor3D =>
      tidy(() => {
        const light = power(x);
        const y = blurred(light);
        const z = root(y);
        // The factors 2 / 2.2 and 2.2 come to 2, on the coarse grid.
        const slope = inTurn(
          z,
          (v) => sub(v, goal),
          (v) => mul(v, 2),
          (v) => mul(v, z),
          (v) => div(v, y),
        );
        z.dispose();
        y.dispose();
        const share: Tensor3D = div(light, x);
        light.dispose();
        const spread = lowPass.adjoint(slope);
        slope.dispose();
        return mul(share, spread);
      }),
    dispose() {
      goal.dispose();
    },
  };
}

// exp and log take two thirds of the time of the power kernel.
const power = (x: Tensor3D): Tensor3D => inTurn(x, log, (v) => mul(v, GAMMA), exp);
const root = (y: Tensor3D): Tensor3D => inTurn(y, log, (v) => mul(v, 1 / GAMMA), exp);
