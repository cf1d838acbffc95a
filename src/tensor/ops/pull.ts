// A gradient step of a hybrid in one pass over the picture, or its gradient alone.
import { add, clipByValue, mul, sub, type Tensor3D } from '@tensorflow/tfjs-core';
import { composeSpread } from '../filter/coarse-grid.ts';
import { customOp } from './custom-op.ts';
import { composePower, type PowerAttrs } from './power.ts';

/** Name of the kernel of `pull`: inputs x, target and grid; attributes of `PullAttrs`. */
export const PULL = 'TesseraPull';

export type PullAttrs = {
  /** Edge of a square of the grid, in px. */
  coarse: number;
  power: PowerAttrs;
  /** Factors of the three terms. */
  keep: number;
  far: number;
  near: number;
  /** The result is clipped to this. */
  range: { low: number; high: number };
};

/**
 * keep · x + far · x^power · (`grid`, enlarged linearly) + near · (x − target), clipped. `x` and `target` are `[h, w, c]`, `grid` is
 * `[h / coarse, w / coarse, c]`.
 */
export const pull = (
  { x, target, grid }: Record<'x' | 'target' | 'grid', Tensor3D>,
  attrs: PullAttrs,
): Tensor3D =>
  customOp({
    name: PULL,
    inputs: { x, target, grid },
    attrs,
    compose: () => {
      const { coarse, power, keep, far, near, range } = attrs;
      const pulled = mul(mul(composePower(x, power), composeSpread(grid, coarse)), far);
      const pushed = mul(sub(x, target), near);
      return clipByValue(add(add(mul(x, keep), pulled), pushed), range.low, range.high);
    },
  });
