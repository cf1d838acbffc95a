// The kernels of `channelSum` and `cellPixels`, which make what the pixel-art network sees, on tf.js' WASM backend.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { CELL_SIDE, type CellPixelsAttrs } from '../../tensor/cells/cell-pixels.ts';
import type { ChannelSumAttrs } from '../../tensor/colour/channel-sum.ts';
import type { Input3D } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import type { PixelartModule } from './module.ts';

/** `channelSum`. */
export function channelSumKernel(
  wasm: PixelartModule,
  space: Workspace,
  { x }: { x: Input3D },
  { weights: [red, green, blue] }: ChannelSumAttrs,
): TensorInfo {
  const [height, width] = x.shape;
  const out = space.output([height, width, 1]);
  const count = height * width;
  wasm.channelSum({ x: space.at(x), out: space.at(out), count, red, green, blue });
  return out;
}

/** `cellPixels`. */
export function cellPixelsKernel(
  wasm: PixelartModule,
  space: Workspace,
  { raw, smooth }: Record<'raw' | 'smooth', Input3D>,
  { detail }: CellPixelsAttrs,
): TensorInfo {
  const [height, width] = raw.shape;
  const [rows, columns] = [height / CELL_SIDE, width / CELL_SIDE];
  const out = space.output([rows, columns, 2 * CELL_SIDE ** 2]);
  const places = { raw: space.at(raw), smooth: space.at(smooth), out: space.at(out) };
  wasm.cellPixels({ ...places, rows, columns, detail });
  return out;
}
