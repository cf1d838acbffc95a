// Registers the kernels of the style network with tf.js' WASM backend.
import {
  getKernel,
  type KernelFunc,
  registerKernel,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { INSTANCE_NORM, type InstanceNormAttrs } from '../../tensor/ops/instance-norm.ts';
import {
  REFLECT_CONV,
  type ReflectConvAttrs,
  UPSAMPLE_CONV,
} from '../../tensor/ops/reflect-conv.ts';
import { type ConvInputs, reflectConvKernel, upsampleConvKernel } from './conv-kernels.ts';
import { instanceNormKernel, type NormInputs } from './instance-norm-kernel.ts';
import {
  type Backend,
  type StyleModule,
  styleModuleOf,
  type Workspace,
  withWorkspace,
} from './module.ts';

const BACKEND = 'wasm';

/** Registers kernels that run `module`, built from `assembly`, on the backend's `memory`. They replace kernels on an earlier memory. */
export function registerStyleKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): void {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const wasm = styleModuleOf(exports);
  const register = <Inputs, Attrs>(
    kernelName: string,
    kernel: (
      wasm: StyleModule,
      space: Workspace,
      inputs: Inputs,
      attrs: Attrs,
    ) => ReturnType<Workspace['output']>,
  ): void => {
    if (getKernel(kernelName, BACKEND)) unregisterKernel(kernelName, BACKEND);
    const kernelFunc: KernelFunc = ({ inputs, attrs, backend }) =>
      withWorkspace({ backend: backend as Backend, memory }, (space) =>
        kernel(wasm, space, inputs as Inputs, attrs as Attrs),
      );
    registerKernel({ kernelName, backendName: BACKEND, kernelFunc });
  };
  register<ConvInputs, ReflectConvAttrs>(REFLECT_CONV, reflectConvKernel);
  register<ConvInputs, unknown>(UPSAMPLE_CONV, upsampleConvKernel);
  register<NormInputs, InstanceNormAttrs>(INSTANCE_NORM, instanceNormKernel);
}
