// Registers the kernels of learned pixel art with tf.js' WASM backend.
import { CELL_PIXELS_OP } from '../../tensor/cells/cell-pixels.ts';
import { CHANNEL_SUM } from '../../tensor/colour/channel-sum.ts';
import { BILATERAL } from '../../tensor/ops/bilateral.ts';
import { MEDIAN } from '../../tensor/ops/median.ts';
import { SAME_CONV } from '../../tensor/ops/same-conv.ts';
import { SRGB_CODES } from '../../tensor/ops/srgb-codes.ts';
import { STANDING_OUT } from '../../tensor/ops/standing-out.ts';
import { namedFunctions } from '../named-functions.ts';
import { registerKernels } from '../register-kernels.ts';
import { bilateralKernel, srgbCodesKernel, standingOutKernel } from './cell-kernels.ts';
import { cellPixelsKernel, channelSumKernel } from './input-kernels.ts';
import { medianKernel } from './median-kernel.ts';
import { parameterOrder } from './module.ts';
import { sameConvKernel } from './same-conv-kernel.ts';

/** Registers kernels that run `module`, built from `assembly`, on the backend's `memory`. */
export function registerPixelartKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): void {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  registerKernels(
    { wasm: namedFunctions(exports, parameterOrder), memory },
    {
      [MEDIAN]: medianKernel,
      [SAME_CONV]: sameConvKernel,
      [CHANNEL_SUM]: channelSumKernel,
      [CELL_PIXELS_OP]: cellPixelsKernel,
      [SRGB_CODES]: srgbCodesKernel,
      [STANDING_OUT]: standingOutKernel,
      [BILATERAL]: bilateralKernel,
    },
  );
}
