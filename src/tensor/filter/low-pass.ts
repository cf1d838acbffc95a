// A Gaussian low-pass for pictures, on a coarser grid where the blur is wide.
import {
  div,
  fill,
  mul,
  reciprocal,
  reshape,
  type Tensor3D,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { inTurn } from '../ops/in-turn.ts';
import { createCoarseGrid } from './coarse-grid.ts';
import { createBlur, gaussianKernel } from './gaussian.ts';

export type LowPassOptions = {
  width: number;
  height: number;
  /** Odd taps and sigma, in pixels of the coarse grid. */
  kernel: { size: number; sigma: number };
  /** `zero`: pixels outside are black; `normalised`: pixels outside have no weight. */
  borders: 'zero' | 'normalised';
  /** The blur works on means of `coarse × coarse` pixels; sides must be multiples of it. */
  coarse: number;
};

/**
 * The low-pass as two functions, because a loss compares pictures between them: `forward` `[h, w, c]` → turned coarse planes `[c, w, h]`,
 * `adjoint` back to `[h, w, c]`. On a coarse grid `adjoint` spreads linearly instead of in steps.
 */
export type LowPass = {
  forward: (x: Tensor3D) => Tensor3D;
  adjoint: (planes: Tensor3D) => Tensor3D;
  /** The blurred picture itself, borders normalised, `[h, w, c]`. */
  smooth: (x: Tensor3D) => Tensor3D;
  dispose: () => void;
};

/** Makes the low-pass for pictures of one size, with any number of colours. */
export function createLowPass({ width, height, kernel, borders, coarse }: LowPassOptions): LowPass {
  const size = { width: width / coarse, height: height / coarse };
  const blur = createBlur({ ...size, kernel: gaussianKernel(kernel) });
  const grid = coarse > 1 ? createCoarseGrid({ width, height, coarse }) : undefined;
  const shares = (): Tensor3D => blur.turn(fill([1, size.height, size.width], 1)); // [1, w, h]
  const weights =
    borders === 'normalised' ? tidy(() => reciprocal(shares()) as Tensor3D) : undefined;
  const weighted = (y: Tensor3D): Tensor3D => (weights ? mul(y, weights) : y);
  const pooled = (planes: Tensor3D): Tensor3D => grid?.pool(planes) ?? planes;
  return {
    forward: (x) => inTurn(x, planesOf, pooled, blur.turn, weighted),
    adjoint: (y) =>
      grid
        ? inTurn(y, weighted, blur.turnBack, (x) => transpose(x, [0, 2, 1]), grid.spread)
        : inTurn(y, weighted, blur.turnBack, pictureOf),
    smooth: (x) =>
      inTurn(
        x,
        planesOf,
        pooled,
        blur.turn,
        (y) => (weights ? mul(y, weights) : div(y, shares())),
        (y) => grid?.spread(y) ?? transpose(y, [2, 1, 0]),
      ),
    dispose() {
      blur.dispose();
      grid?.dispose();
      weights?.dispose();
    },
  };
}

// One colour is a plane already.
const planesOf = (x: Tensor3D): Tensor3D => {
  const [height, width, count] = x.shape;
  return count === 1 ? reshape(x, [1, height, width]) : transpose(x, [2, 0, 1]);
};

const pictureOf = (planes: Tensor3D): Tensor3D => {
  const [count, height, width] = planes.shape;
  return count === 1 ? reshape(planes, [height, width, 1]) : transpose(planes, [1, 2, 0]);
};
