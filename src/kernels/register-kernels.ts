// Registers kernels of our own with tf.js' WASM backend.
import {
  getKernel,
  type KernelFunc,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { type Backend, type Workspace, withWorkspace } from './workspace.ts';

const BACKEND = 'wasm';

/** Computes an operation with a module's functions. Its inputs and attributes are those of the operation. */
export type Kernel<Functions> = (
  wasm: Functions,
  space: Workspace,
  inputs: never,
  attrs: never,
) => TensorInfo;

/** Registers kernels by the names of their operations; `wasm` has the functions of a module on the backend's `memory`. They replace kernels on an earlier memory. */
export function registerKernels<Functions>(
  { wasm, memory }: { wasm: Functions; memory: WebAssembly.Memory },
  kernels: Readonly<Record<string, Kernel<Functions>>>,
): void {
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    if (getKernel(kernelName, BACKEND)) unregisterKernel(kernelName, BACKEND);
    const kernelFunc: KernelFunc = ({ inputs, attrs, backend }) =>
      withWorkspace({ backend: backend as Backend, memory }, (space) =>
        kernel(wasm, space, inputs as never, attrs as never),
      );
    registerKernel({ kernelName, backendName: BACKEND, kernelFunc });
  }
}
