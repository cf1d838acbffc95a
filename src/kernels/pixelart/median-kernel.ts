// The kernel of `median` on tf.js' WASM backend.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { MedianAttrs } from '../../tensor/ops/median.ts';
import type { Input3D } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import type { PixelartModule } from './module.ts';

/** Pixels that are computed at a time, as in `assembly/median.ts`. */
const GROUP = 16;

/** `median`. Throws `RangeError` for sides other than 5 and 7. */
export function medianKernel(
  wasm: PixelartModule,
  space: Workspace,
  { x }: { x: Input3D },
  { side }: MedianAttrs,
): TensorInfo {
  if (side !== 5 && side !== 7) throw new RangeError(`side: expected 5 or 7, got ${side}`);
  const [height, width] = x.shape;
  const reach = side >> 1;
  const out = space.output([height, width, 1]);
  const stride = GROUP * Math.ceil(width / GROUP) + 2 * reach + GROUP;
  const padded = space.scratch(Math.ceil(((height + 2 * reach) * stride) / 4));
  wasm.median({ x: space.at(x), padded, out: space.at(out), height, width, reach });
  return out;
}
