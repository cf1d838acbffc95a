// Powers of pictures of light.
import { div, exp, log, maximum, mul, sub, type Tensor3D } from '@tensorflow/tfjs-core';
import { customOp } from './custom-op.ts';

/** Name of the kernel of `power`: input x; attributes of `PowerAttrs`. */
export const POWER = 'TesseraPower';
/** Name of the kernel of `rootSlope`: inputs y and goal; attributes of `PowerAttrs`. */
export const ROOT_SLOPE = 'TesseraRootSlope';

export type PowerAttrs = {
  exponent: number;
  /** Smaller values count as this one; it is above zero. */
  least: number;
  /** Whether a hundredth of a level of 255 may be missed; only for exponents of 1.2 and 2.2 and values from 1/2048 to 1. Default: false. */
  isRough?: boolean;
};

/** max(x, least)^exponent. */
export const power = (x: Tensor3D, attrs: PowerAttrs): Tensor3D =>
  customOp({ name: POWER, inputs: { x }, attrs, compose: () => composePower(x, attrs) });

/** (z − goal) · z / y with z = y^exponent: the slope of half the square of z − goal by y, over the exponent. All are `[h, w, c]`. */
export const rootSlope = (y: Tensor3D, goal: Tensor3D, attrs: PowerAttrs): Tensor3D =>
  customOp({
    name: ROOT_SLOPE,
    inputs: { y, goal },
    attrs,
    compose: () => {
      const z = composePower(y, attrs);
      return div(mul(sub(z, goal), z), maximum(y, attrs.least));
    },
  });

/** `power`, of operations that every backend has. */
export const composePower = (x: Tensor3D, { exponent, least }: PowerAttrs): Tensor3D =>
  exp(mul(log(maximum(x, least)), exponent));
