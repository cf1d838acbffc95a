// Loss term: the sum of squared differences to a picture, pixel by pixel.
import { mul, sub, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import { inTurn } from './in-turn.ts';
import { sumOfSquares } from './sum-of-squares.ts';

/** Σ (x − target)² and its gradient 2 (x − target). `target` `[h, w, c]` is borrowed. */
export function sharpDifference(name: string, target: Tensor3D) {
  return {
    name,
    value: (x: Tensor3D): number => sumOfSquares(tidy(() => sub(x, target))),
    gradient: (x: Tensor3D): Tensor3D =>
      inTurn(
        x,
        (v) => sub(v, target),
        (v) => mul(v, 2),
      ),
    dispose() {},
  };
}
