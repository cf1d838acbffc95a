// Instance normalisation (Ulyanov, Vedaldi & Lempitsky 2016) with what follows it: each channel at a given mean and deviation.
import {
  add,
  moments,
  mul,
  relu,
  rsqrt,
  sub,
  type Tensor1D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { customOp } from './custom-op.ts';

/** Name of the kernel of `instanceNorm`: inputs x, gamma, beta and other; attributes of `InstanceNormAttrs`. */
export const INSTANCE_NORM = 'TesseraInstanceNorm';

export type InstanceNormAttrs = { epsilon: number; relu: boolean };

/**
 * `(x − mean) · gamma / √(variance + epsilon) + beta` over height and width of `x` `[h, w, c]`, rectified where `relu` says so, plus
 * `other` of the same shape. `gamma` and `beta` are `[c]`.
 */
export function instanceNorm(
  x: Tensor3D,
  { gamma, beta, other }: { gamma: Tensor1D; beta: Tensor1D; other?: Tensor3D | undefined },
  attrs: InstanceNormAttrs,
): Tensor3D {
  return customOp({
    name: INSTANCE_NORM,
    inputs: { x, gamma, beta, ...(other && { other }) },
    attrs,
    compose: () => {
      const { mean, variance } = moments(x, [0, 1]);
      const scale = mul(gamma, rsqrt(add(variance, attrs.epsilon)));
      const normal = add<Tensor3D>(mul(sub(x, mean), scale), beta);
      const painted = attrs.relu ? relu(normal) : normal;
      return other ? add(painted, other) : painted;
    },
  });
}
