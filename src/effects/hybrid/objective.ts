// The objective of a hybrid: sharp difference to the near picture plus blurred difference (in linear light) to the far one.
import { sub, type Tensor2D, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import type { Evaluator } from '../../fit/loss.ts';
import { spread } from '../../tensor/filter/coarse-grid.ts';
import type { LowPass, Packed } from '../../tensor/filter/low-pass.ts';
import { inTurn } from '../../tensor/ops/in-turn.ts';
import { type PowerAttrs, power, rootSlope } from '../../tensor/ops/power.ts';
import { type PullAttrs, pull, pulledPixels } from '../../tensor/ops/pull.ts';
import { sumOfSquares } from '../../tensor/ops/sum-of-squares.ts';

/** Two pictures `[h, w, c]`, sRGB-coded 0…1. */
export type Pair = { near: Tensor3D; far: Tensor3D };

export type Objective = Evaluator<Tensor3D> & {
  /** x − length · gradient, clipped to `range`; a new tensor. */
  step: (x: Tensor3D, options: { length: number; range: Range }) => Tensor3D;
  /** The same as pixels with the size and the alpha of `under`; a new tensor. */
  stepPixels: (x: Tensor3D, options: { length: number; range: Range; under: Tensor2D }) => Tensor2D;
};

type Range = { low: number; high: number };

type LossOptions = {
  nearWeight: number;
  farWeight: number;
  lowPass: LowPass;
  /** Whether steps may miss a hundredth of a level; pictures are then within `FLOOR`…1. Default: false. */
  isRough?: boolean;
};

/** Smallest value of a fit: x^2.2 has no slope at zero, so exact black could never brighten. An eighth of an 8-bit level. */
export const FLOOR = 1 / 2048;

const GAMMA = 2.2;
/** Smallest light: keeps z / y finite where a picture is black over a whole kernel. */
const DARKEST = 1e-12;
const LIGHT = { exponent: GAMMA, least: DARKEST };
const LIGHT_SLOPE = { exponent: GAMMA - 1, least: DARKEST };
const ROOT = { exponent: 1 / GAMMA, least: DARKEST };
const UNBOUNDED: Range = { low: -3e38, high: 3e38 };

/**
 * nearWeight · Σ(x − near)² + farWeight · Σ(z(x) − z(far))², where z is the blurred light y = G(x^2.2), coded: y^(1/2.2); on a coarse
 * grid each of its values counts for all pixels of its square. The second gradient is written out by hand: with s = (z − goal) · z / y it
 * is 2 · x^1.2 · Gᵀs. `goal` is z(far), see `viewOf`. Borrows `near` and `lowPass`; `goal` is freed by
 * `dispose`.
 */
export function hybridLoss(
  { near, goal }: { near: Tensor3D; goal: Tensor3D },
  { nearWeight, farWeight, lowPass, isRough = false }: LossOptions,
): Objective {
  const { coarse } = lowPass;
  type Pull<T> = (grid: Tensor3D, attrs: PullAttrs) => T;
  /** What `use` makes of keep · x + length · gradient, clipped. */
  const pulledBy = <T>(
    x: Tensor3D,
    { keep, length, range }: { keep: number; length: number; range: Range },
    use: Pull<T>,
  ): T => {
    const grid = inTurn(
      x,
      (v) => blurredLight(v, lowPass, isRough),
      (y) => rootSlope(y, goal, ROOT),
      lowPass.blurBack,
    );
    const factors = { keep, far: 2 * length * farWeight, near: 2 * length * nearWeight };
    const attrs = { coarse, power: roughly(LIGHT_SLOPE, isRough), ...factors, range };
    const result = use(grid, attrs);
    grid.dispose();
    return result;
  };
  const pulled = (x: Tensor3D, keep: number, length: number, range: Range): Tensor3D =>
    pulledBy(x, { keep, length, range }, (grid, attrs) => pull({ x, target: near, grid }, attrs));
  return {
    losses(x) {
      const terms = {
        far: coarse ** 2 * sumOfSquares(tidy(() => sub(viewOf(x, lowPass), goal))),
        near: sumOfSquares(tidy(() => sub(x, near))),
      };
      return { loss: farWeight * terms.far + nearWeight * terms.near, terms };
    },
    gradient: (x) => pulled(x, 0, 1, UNBOUNDED),
    step: (x, { length, range }) => pulled(x, 1, -length, range),
    stepPixels: (x, { length, range, under }) =>
      pulledBy(x, { keep: 1, length: -length, range }, (grid, attrs) =>
        pulledPixels({ x, target: near, grid, under }, attrs),
      ),
    dispose() {
      goal.dispose();
    },
  };
}

/** A picture as it is seen from afar, z(x), on the coarse grid; a new tensor. */
export const viewOf = (x: Tensor3D, lowPass: LowPass): Tensor3D =>
  inTurn(
    x,
    (v) => blurredLight(v, lowPass),
    (y) => power(y, ROOT),
  );

/** The same of packed pixels. */
export function viewOfPixels(picture: Packed, { poolPixels, blur }: LowPass): Tensor3D {
  const light = poolPixels(picture, LIGHT);
  const view = inTurn(light, blur, (y) => power(y, ROOT));
  light.dispose();
  return view;
}

const blurredLight = (x: Tensor3D, { pool, blur }: LowPass, isRough = false): Tensor3D =>
  inTurn(x, (v) => pool(v, roughly(LIGHT, isRough)), blur);

const roughly = (power: PowerAttrs, isRough: boolean): PowerAttrs =>
  isRough ? { ...power, least: FLOOR, isRough } : power;

/** The closed-form hybrid near + share · G(far − near), unclamped; a new tensor. */
export function frequencyMix({ near, far }: Pair, lowPass: LowPass, share: number): Tensor3D {
  const { coarse, pool, blurNormalised } = lowPass;
  const difference = tidy(() => sub<Tensor3D>(pool(far), pool(near)));
  const grid = blurNormalised(difference);
  difference.dispose();
  const mix = spread(grid, near, { coarse, factor: share });
  grid.dispose();
  return mix;
}
