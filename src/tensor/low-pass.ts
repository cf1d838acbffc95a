// A Gaussian low-pass for pictures, on a coarser grid where the blur is wide.
import {
  avgPool,
  div,
  fill,
  mul,
  reciprocal,
  type Tensor3D,
  image as tfImage,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { createBlur, gaussianKernel } from './gaussian.ts';

export type LowPassOptions = {
  width: number;
  height: number;
  /** Odd taps and sigma, in pixels of the coarse grid. */
  kernel: { size: number; sigma: number };
  /** `zero`: pixels outside count as black; `normalised`: they do not count. */
  borders: 'zero' | 'normalised';
  /** The blur works on means of `coarse × coarse` pixels; sides must be multiples of it. */
  coarse: number;
};

/**
 * The low-pass in two halves, because a loss compares in the middle: `forward` `[h, w, 3]` → turned coarse planes `[3, w, h]`,
 * `adjoint` back to `[h, w, 3]`. On a coarse grid `adjoint` spreads linearly instead of in steps.
 */
export type LowPass = {
  forward: (x: Tensor3D) => Tensor3D;
  adjoint: (planes: Tensor3D) => Tensor3D;
  /** The blurred picture itself, borders normalised, `[h, w, 3]`. */
  smooth: (x: Tensor3D) => Tensor3D;
  dispose: () => void;
};

/** Makes the low-pass for pictures of one size. */
export function createLowPass({ width, height, kernel, borders, coarse }: LowPassOptions): LowPass {
  const size = { width: width / coarse, height: height / coarse };
  const blur = createBlur({ ...size, kernel: gaussianKernel(kernel) });
  const shares = (): Tensor3D => blur.turn(fill([3, size.height, size.width], 1)); // [3, w, h]
  const weights =
    borders === 'normalised' ? tidy(() => reciprocal(shares()) as Tensor3D) : undefined;
  const planes = (x: Tensor3D): Tensor3D =>
    transpose(coarse === 1 ? x : avgPool(x, coarse, coarse, 'valid'), [2, 0, 1]); // [3, h, w]
  const spread = (x: Tensor3D): Tensor3D =>
    coarse === 1 ? x : tfImage.resizeBilinear(x, [height, width], false, true);
  const weighted = (y: Tensor3D): Tensor3D => (weights ? mul(y, weights) : y);
  return {
    forward: (x) => tidy(() => weighted(blur.turn(planes(x)))),
    adjoint: (y) => tidy(() => spread(transpose(blur.turnBack(weighted(y)), [1, 2, 0]))),
    smooth: (x) =>
      tidy(() => {
        const turned = blur.turn(planes(x));
        const even: Tensor3D = weights ? mul(turned, weights) : div(turned, shares());
        return spread(transpose(even, [2, 1, 0])).clone();
      }),
    dispose() {
      blur.dispose();
      weights?.dispose();
    },
  };
}
