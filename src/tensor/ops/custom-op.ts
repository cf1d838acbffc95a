// Runs operations that tf.js lacks: by the backend's own kernel if it has one, otherwise composed of tf.js operations.
import {
  engine,
  getBackend,
  getKernel,
  type Tensor,
  type Tensor3D,
  tidy,
} from '@tensorflow/tfjs-core';

export type CustomOp = {
  name: string;
  inputs: Readonly<Record<string, Tensor>>;
  /** Plain values that kernels read. */
  attrs: Readonly<Record<string, unknown>>;
  compose: () => Tensor3D;
};

/** The result `[h, w, c]` of an operation; the caller owns it. No gradients. */
export function customOp({ name, inputs, attrs, compose }: CustomOp): Tensor3D {
  if (!getKernel(name, getBackend())) return tidy(compose);
  return engine().runKernel(name, { ...inputs }, { ...attrs } as never) as Tensor3D;
}
