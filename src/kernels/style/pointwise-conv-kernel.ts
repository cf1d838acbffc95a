// The kernel of `pointwiseConv` on tf.js' WASM backend.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { PointwiseAttrs } from '../../tensor/ops/pointwise-conv.ts';
import type { Input3D } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import type { StyleModule } from './module.ts';

/** Pixels that are computed for all channels before the next ones: they stay in the processor's cache, and the last tile of six is a small part. */
const PIXELS_TOGETHER = 64;

/** `pointwiseConv`. */
export function pointwiseConvKernel(
  wasm: StyleModule,
  space: Workspace,
  { x, filter, bias }: Record<'x' | 'filter', Input3D> & { bias: TensorInfo },
  attrs: PointwiseAttrs,
): TensorInfo {
  const [height, width, inputs] = x.shape;
  const [groups, , lanes] = filter.shape;
  const outputs = groups * lanes;
  const result = space.output([height, width, outputs]);
  const pixels = height * width;
  const whole = Math.floor(pixels / PIXELS_TOGETHER);
  const run = (first: number, rows: number, row: number): void =>
    wasm.conv({
      x: space.at(x) + 4 * first * inputs,
      weights: space.at(filter),
      bias: space.at(bias),
      out: space.at(result) + 4 * first * outputs,
      height: rows,
      width: row,
      channels: outputs,
      taps: 1,
      run: inputs,
      xRow: 0,
      xStep: row * inputs,
      xPixel: inputs,
      outRow: row * outputs,
      outPixel: outputs,
      ...attrs,
    });
  if (whole > 0) run(0, whole, PIXELS_TOGETHER);
  const rest = pixels - whole * PIXELS_TOGETHER;
  if (rest > 0) run(pixels - rest, 1, rest);
  return result;
}
