// Runs operations that tf.js lacks: by the backend's own kernel if it has one, otherwise composed of tf.js operations.
import {
  engine,
  getBackend,
  getKernel,
  type Tensor,
  type Tensor3D,
  tidy,
} from '@tensorflow/tfjs-core';

export type CustomOp<T extends Tensor> = {
  name: string;
  inputs: Readonly<Record<string, Tensor>>;
  /** Plain values that kernels read. */
  attrs: Readonly<Record<string, unknown>>;
  compose: () => T;
};

/** The result of an operation; the caller owns it. No gradients. */
export function customOp<T extends Tensor = Tensor3D>({
  name,
  inputs,
  attrs,
  compose,
}: CustomOp<T>): T {
  if (!getKernel(name, getBackend())) return tidy(compose);
  return engine().runKernel(name, { ...inputs }, { ...attrs } as never);
}
