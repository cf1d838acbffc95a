// Registers kernels of our own with tf.js' WASM backend.
import {
  getKernel,
  type KernelFunc,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { type NamedCalls, namedCalls, type ParameterOrder } from './named-calls.ts';
import { type Backend, type Workspace, withWorkspace } from './workspace.ts';

const BACKEND = 'wasm';

/** Computes one operation: borrows its inputs and returns a new tensor. */
export type Kernel<Order extends ParameterOrder, Inputs, Attrs> = (
  wasm: NamedCalls<Order>,
  space: Workspace,
  inputs: Inputs,
  attrs: Attrs,
) => TensorInfo;

/** Kernels by the name of their operation. Inputs and attributes are as the operation passes them. */
export type Kernels<Order extends ParameterOrder> = Readonly<
  // biome-ignore lint/suspicious/noExplicitAny: each kernel has its own inputs and attributes
  Record<string, Kernel<Order, any, any>>
>;

/** Registers kernels that run `module` on the backend's `memory`. They replace kernels on an earlier memory. */
export function registerKernels<const Order extends ParameterOrder>(
  {
    module,
    memory,
    order,
  }: { module: WebAssembly.Module; memory: WebAssembly.Memory; order: Order },
  kernels: Kernels<Order>,
): void {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const wasm = namedCalls(exports, order);
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    if (getKernel(kernelName, BACKEND)) unregisterKernel(kernelName, BACKEND);
    const kernelFunc: KernelFunc = ({ inputs, attrs, backend }) =>
      withWorkspace({ backend: backend as Backend, memory }, (space) =>
        kernel(wasm, space, inputs, attrs),
      );
    registerKernel({ kernelName, backendName: BACKEND, kernelFunc });
  }
}
