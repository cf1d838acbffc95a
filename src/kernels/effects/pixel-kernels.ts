// Kernels of hybrid that work on single pixels, on tf.js' WASM backend.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { CutAttrs, PackAttrs, Reading } from '../../tensor/ops/packed-pixels.ts';
import type { PowerAttrs } from '../../tensor/ops/power.ts';
import type { Input2D, Input3D } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import type { EffectsModule } from './module.ts';

/** A part of a picture, for `pixelsOf`. */
export function cutKernel(
  _wasm: EffectsModule,
  space: Workspace,
  _inputs: object,
  { pixels, first, stride, width, height }: CutAttrs,
): TensorInfo {
  const result = space.output([height, width], 'int32');
  const values = space.wholes(space.at(result), width * height);
  for (let y = 0, from = first; y < height; y++, from += stride) {
    values.set(pixels.subarray(from, from + width), width * y);
  }
  return result;
}

/** `unpacked`. */
export function unpackKernel(
  wasm: EffectsModule,
  space: Workspace,
  { pixels }: { pixels: Input2D },
  { channels, isGrey }: Reading,
): TensorInfo {
  const [height, width] = pixels.shape;
  const result = space.output([height, width, channels]);
  wasm.unpack({
    pixels: space.at(pixels),
    out: space.at(result),
    height,
    width,
    channels,
    grey: isGrey ? 1 : 0,
  });
  return result;
}

/** `packed`. */
export function packKernel(
  wasm: EffectsModule,
  space: Workspace,
  { x, under }: { x: Input3D; under: Input2D },
  { truncate }: PackAttrs,
): TensorInfo {
  const [, fullWidth, channels] = x.shape;
  const [height, width] = under.shape;
  const result = space.output([height, width], 'int32');
  wasm.pack({
    x: space.at(x),
    under: space.at(under),
    out: space.at(result),
    height,
    width,
    fullWidth,
    channels,
    truncate: truncate ? 1 : 0,
  });
  return result;
}

/** `power`. */
export function powerKernel(
  wasm: EffectsModule,
  space: Workspace,
  { x }: { x: TensorInfo },
  attrs: PowerAttrs,
): TensorInfo {
  const result = space.output(x.shape);
  wasm.power({ x: space.at(x), out: space.at(result), count: countOf(x), ...attrs });
  return result;
}

/** Roots that `assembly/power.ts` keeps at a time. */
const ROOTS = 1024;

/** `rootSlope`. */
export function rootSlopeKernel(
  wasm: EffectsModule,
  space: Workspace,
  { y, goal }: { y: TensorInfo; goal: TensorInfo },
  attrs: PowerAttrs,
): TensorInfo {
  const result = space.output(y.shape);
  wasm.rootSlope({
    y: space.at(y),
    goal: space.at(goal),
    out: space.at(result),
    count: countOf(y),
    ...attrs,
    roots: space.scratch(ROOTS),
  });
  return result;
}

const countOf = ({ shape }: TensorInfo): number => shape.reduce((a, b) => a * b, 1);
