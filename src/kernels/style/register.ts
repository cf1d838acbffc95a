// Registers the kernels of the style network with tf.js' WASM backend.
import { MAX_POOL_ADJOINT, RELU_CONV_ADJOINT } from '../../tensor/ops/adjoints.ts';
import { INSTANCE_NORM } from '../../tensor/ops/instance-norm.ts';
import { POINTWISE_CONV } from '../../tensor/ops/pointwise-conv.ts';
import { REFLECT_CONV, UPSAMPLE_CONV } from '../../tensor/ops/reflect-conv.ts';
import { namedFunctions } from '../named-functions.ts';
import { registerKernels } from '../register-kernels.ts';
import { maxPoolAdjointKernel, reluConvAdjointKernel } from './adjoint-kernels.ts';
import { reflectConvKernel, upsampleConvKernel } from './conv-kernels.ts';
import { instanceNormKernel } from './instance-norm-kernel.ts';
import { parameterOrder } from './module.ts';
import { pointwiseConvKernel } from './pointwise-conv-kernel.ts';

/** Registers kernels that run `module`, built from `assembly`, on the backend's `memory`. */
export function registerStyleKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): void {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  registerKernels(
    { wasm: namedFunctions(exports, parameterOrder), memory },
    {
      [REFLECT_CONV]: reflectConvKernel,
      [UPSAMPLE_CONV]: upsampleConvKernel,
      [RELU_CONV_ADJOINT]: reluConvAdjointKernel,
      [MAX_POOL_ADJOINT]: maxPoolAdjointKernel,
      [INSTANCE_NORM]: instanceNormKernel,
      [POINTWISE_CONV]: pointwiseConvKernel,
    },
  );
}
