// The kernel of `sameConv` on tf.js' WASM backend.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { SameConvAttrs } from '../../tensor/ops/same-conv.ts';
import type { Input3D, Input4D } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import type { PixelartModule } from './module.ts';

export type SameConvInputs = {
  x: Input3D;
  filter: Input4D;
  bias: TensorInfo;
  other?: TensorInfo;
};

/** Number of values of a transformed tile, as in `assembly/same-conv.ts`. */
const PLACES = 36;
/** Floats between places. */
const GAP = 16;
/** Edge of the square of results of a tile. */
const TILE = 4;
/** Floats behind the strip that the transform of results needs. */
const STRIP_END = 96;

/** `sameConv`. Throws `RangeError` unless the inputs are a multiple of 4 and the outputs one of 8. */
export function sameConvKernel(
  wasm: PixelartModule,
  space: Workspace,
  { x, filter, bias, other }: SameConvInputs,
  { slope }: SameConvAttrs,
): TensorInfo {
  const [height, width, inputs] = x.shape;
  const [side, , , channels] = filter.shape;
  if (side !== 3 || inputs % 4 !== 0 || channels % 8 !== 0) {
    throw new RangeError(
      `expected 3 taps, a multiple of 4 inputs and of 8 outputs, got ${side}, ${inputs}, ${channels}`,
    );
  }
  const across = Math.ceil(width / TILE);
  const stripFloats = 24 * (TILE * across + 2) + STRIP_END;
  const out = space.output([height, width, channels]);
  const weights = space.scratch(PLACES * inputs * channels);
  const zeros = space.scratch(width * inputs);
  const strip = space.scratch(stripFloats);
  const tiles = space.scratch(PLACES * (across * inputs + GAP));
  const products = space.scratch(PLACES * (across * channels + GAP));
  space.floats(zeros, width * inputs).fill(0);
  space.floats(strip, stripFloats).fill(0);
  wasm.packSame({ filter: space.at(filter), out: weights, inputs, channels });
  wasm.sameConv({
    x: space.at(x),
    weights,
    bias: space.at(bias),
    other: other ? space.at(other) : 0,
    out: space.at(out),
    height,
    width,
    inputs,
    channels,
    slope,
    zeros,
    strip,
    tiles,
    products,
  });
  return out;
}
