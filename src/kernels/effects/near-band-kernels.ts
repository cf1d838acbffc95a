// Kernels of the near band of a hybrid, on tf.js' WASM backend.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { DetailAttrs } from '../../tensor/filter/near-band.ts';
import type { Workspace } from '../workspace.ts';
import type { EffectsModule } from './module.ts';

type Shape = [height: number, width: number, channels: number];

/** `extents`. */
export function extentsKernel(
  wasm: EffectsModule,
  space: Workspace,
  { near, low }: Record<'near' | 'low', TensorInfo>,
  { coarse }: { coarse: number },
): TensorInfo {
  const [height, width, channels] = low.shape as Shape;
  const result = space.output([height, width, 2 * channels]);
  wasm.extents({
    scratch: enlargedRows(space, { width: coarse * width, channels }),
    sums: space.scratch(2 * (coarse * width * channels + 4)),
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
  { ground, extent }: Record<'ground' | 'extent', TensorInfo>,
  { factor }: { factor: number },
): TensorInfo {
  const [height, width, channels] = ground.shape as Shape;
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
  { near, low, ground }: Record<'near' | 'low' | 'ground', TensorInfo>,
  { coarse, gain, soft }: DetailAttrs,
): TensorInfo {
  const [height, width, channels] = ground.shape as Shape;
  const nearChannels = low.shape[2]!;
  const columns = coarse * width;
  const result = space.output([coarse * height, columns, channels]);
  wasm.detail({
    nearScratch: enlargedRows(space, { width: columns, channels: nearChannels }),
    scratch: enlargedRows(space, { width: columns, channels }),
    row: space.scratch(2 * (columns * channels + 16)),
    near: space.at(near),
    low: space.at(low),
    ground: space.at(ground),
    out: space.at(result),
    height,
    width,
    channels,
    nearChannels,
    coarse,
    gain,
    soft: soft ? 1 : 0,
  });
  return result;
}

/** Scratch as `assembly/enlarged.ts` wants it. */
const enlargedRows = (
  space: Workspace,
  { width, channels }: { width: number; channels: number },
): number => space.scratch(4 + 4 * (width * channels + 2 * channels + 11));
