// Means over squares of pixels, and back to pixels linearly.
import { add, avgPool, mul, type Tensor3D, image as tfImage } from '@tensorflow/tfjs-core';
import { customOp } from '../ops/custom-op.ts';
import { composePower, type PowerAttrs } from '../ops/power.ts';

/** Name of the kernel of `pooled`: input x; attributes of `PoolAttrs`. */
export const POOL = 'TesseraPool';
/** Name of the kernel of `spread`: inputs grid and base; attributes of `SpreadAttrs`. */
export const SPREAD = 'TesseraSpread';

/** `coarse`: edge of the squares, in px, of which the sides are multiples. `power`: values are raised to it before. */
export type PoolAttrs = { coarse: number; power?: PowerAttrs | undefined };
export type SpreadAttrs = { coarse: number; factor: number };

/** Means over squares: `[h, w, c]` → `[h / coarse, w / coarse, c]`. */
export const pooled = (x: Tensor3D, attrs: PoolAttrs): Tensor3D =>
  customOp({
    name: POOL,
    inputs: { x },
    attrs,
    compose: () => {
      const { coarse, power } = attrs;
      const values = power ? composePower(x, power) : x;
      return coarse === 1 ? values.clone() : avgPool(values, coarse, coarse, 'valid');
    },
  });

/** `grid` `[h, w, c]` enlarged linearly between the middles of the squares, times `factor`, plus `base` if given: `[coarse · h, coarse · w, c]`. */
export const spread = (grid: Tensor3D, base: Tensor3D | undefined, attrs: SpreadAttrs): Tensor3D =>
  customOp({
    name: SPREAD,
    inputs: { grid, ...(base && { base }) },
    attrs,
    compose: () => {
      const part = mul(composeSpread(grid, attrs.coarse), attrs.factor) as Tensor3D;
      return base ? add(base, part) : part;
    },
  });

/** `spread` alone, of operations that every backend has. */
export function composeSpread(grid: Tensor3D, coarse: number): Tensor3D {
  const [height, width] = grid.shape;
  return tfImage.resizeBilinear(grid, [coarse * height, coarse * width], false, true);
}
