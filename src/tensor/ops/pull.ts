// A gradient step of a hybrid in one pass over the picture, or its gradient alone.
import {
  add,
  clipByValue,
  mul,
  sub,
  type Tensor2D,
  type Tensor3D,
  tidy,
} from '@tensorflow/tfjs-core';
import { composeSpread } from '../filter/coarse-grid.ts';
import { customOp } from './custom-op.ts';
import { packed } from './packed-pixels.ts';
import { composePower, type PowerAttrs } from './power.ts';

/** Name of the kernel of `pull`: inputs x, target and grid; attributes of `PullAttrs`. */
export const PULL = 'TesseraPull';

/** Name of the kernel of `pulledPixels`: inputs x, target, grid and under; attributes of `PullAttrs`. */
export const PULL_PIXELS = 'TesseraPullPixels';

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

/** `pull` as pixels of the size and with the alpha of `under` `[h', w']`; what is beyond them is dropped. */
export function pulledPixels(
  { under, ...pair }: Record<'x' | 'target' | 'grid', Tensor3D> & { under: Tensor2D },
  attrs: PullAttrs,
): Tensor2D {
  const compose = (): Tensor2D => packed(pull(pair, attrs), under, { truncate: false });
  const [, width, channels] = pair.x.shape;
  const { isRough, exponent } = attrs.power;
  // The kernel has no other form.
  if (channels !== 3 || width % 4 !== 0 || !isRough || exponent > 2) return tidy(compose);
  return customOp({ name: PULL_PIXELS, inputs: { ...pair, under }, attrs, compose });
}
