// Kernels of the near band of a hybrid, on tf.js' WASM backend.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { DetailAttrs } from '../../tensor/filter/near-band.ts';
import type { Input2D, Input3D } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { enlargedRows } from './enlarged-rows.ts';
import type { EffectsModule } from './module.ts';

/** `extents`. */
export function extentsKernel(
  wasm: EffectsModule,
  space: Workspace,
  { near, low }: { near: Input2D; low: TensorInfo },
  { coarse }: { coarse: number },
): TensorInfo {
  const [height, width] = near.shape;
  const channels = low.shape[2]!;
  const result = space.output([height / coarse, width / coarse, 2 * channels]);
  wasm.extents({
    scratch: enlargedRows(space, { width: width / coarse, channels, coarse }),
    row: space.scratch(3 * (width * channels + 4)),
    near: space.at(near),
    low: space.at(low),
    out: space.at(result),
    height,
    width,
    channels,
    coarse,
  });
  return result;
}

/** `roomFor`. */
export function roomKernel(
  wasm: EffectsModule,
  space: Workspace,
  { ground, extent }: { ground: Input3D; extent: TensorInfo },
  { factor }: { factor: number },
): TensorInfo {
  const [height, width, channels] = ground.shape;
  const result = space.output([height, width, channels]);
  wasm.room({
    ground: space.at(ground),
    extent: space.at(extent),
    out: space.at(result),
    count: height * width,
    channels,
    nearChannels: extent.shape[2]! / 2,
    factor,
  });
  return result;
}

/** `withDetail`. */
export function detailKernel(
  wasm: EffectsModule,
  space: Workspace,
  { near, low, ground }: { near: Input2D } & Record<'low' | 'ground', TensorInfo>,
  { coarse, groundCoarse, gain, soft, least }: DetailAttrs,
): TensorInfo {
  const [height, width] = near.shape;
  const channels = ground.shape[2]!;
  const nearChannels = low.shape[2]!;
  const result = space.output([height, width, channels]);
  wasm.detail({
    nearScratch: enlargedRows(space, { width: width / coarse, channels: nearChannels, coarse }),
    scratch: enlargedRows(space, { width: width / groundCoarse, channels, coarse: groundCoarse }),
    row: space.scratch(2 * (width * channels + 16)),
    near: space.at(near),
    low: space.at(low),
    ground: space.at(ground),
    out: space.at(result),
    height,
    width,
    channels,
    nearChannels,
    coarse,
    groundCoarse,
    gain,
    soft: soft ? 1 : 0,
    least,
  });
  return result;
}
