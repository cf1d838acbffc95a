// The kernels of `reflectConv` and `upsampleConv` on tf.js' WASM backend.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { ReflectConvAttrs } from '../../tensor/ops/reflect-conv.ts';
import type { StyleModule, Workspace } from './module.ts';
import { type FilterShape, packFilter, packPlanes, phaseFilter, TOGETHER } from './pack-filter.ts';
import { PLACES, packWinograd } from './pack-winograd.ts';

export type ConvInputs = { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo };
type Sizes = FilterShape & { height: number; width: number };

/** Pixels that a strip of planes has, and is read beyond. */
const STRIP = 12;
const LEAST = -3.4e38;

/** `reflectConv`: 8, 16, 24 … output channels, or 3 at stride 1 without bias. Throws `RangeError` for others. */
export function reflectConvKernel(
  wasm: StyleModule,
  space: Workspace,
  inputs: ConvInputs,
  attrs: ReflectConvAttrs,
): TensorInfo {
  const sizes = sizesOf(inputs);
  if (suitsWinograd(sizes, inputs, attrs)) return byWinograd(wasm, space, inputs, sizes);
  if (sizes.outputs % TOGETHER === 0) return tiled(wasm, space, inputs, { ...sizes, ...attrs });
  if (sizes.outputs === 3 && attrs.stride === 1 && !attrs.relu && !inputs.bias) {
    return planar(wasm, space, inputs, sizes);
  }
  throw new RangeError(`expected a multiple of ${TOGETHER} output channels, got ${sizes.outputs}`);
}

/** `upsampleConv`: a filter of 2×2 taps for each of the four neighbours that a pixel becomes. */
export function upsampleConvKernel(
  wasm: StyleModule,
  space: Workspace,
  inputs: ConvInputs,
): TensorInfo {
  const { height, width, inputs: channels, outputs, side } = sizesOf(inputs);
  if (side !== 3 || outputs % TOGETHER !== 0) {
    throw new RangeError(`expected 3 taps and a multiple of ${TOGETHER} channels, got ${outputs}`);
  }
  const result = space.output([2 * height, 2 * width, outputs]);
  const row = channels * (width + 2);
  const padded = space.scratch(row * (height + 2));
  const bias = biasAt(space, undefined, outputs);
  const packed = space.scratch(4 * channels * outputs);
  wasm.pad(space.at(inputs.x), padded, height, width, channels, 1, 1, 0, 0);
  const filter = space.floats(space.at(inputs.filter), 9 * channels * outputs);
  const shape = { side: 2, inputs: channels, outputs };
  for (const y of [0, 1] as const) {
    for (const x of [0, 1] as const) {
      const phase = phaseFilter(filter, shape, { x, y });
      packFilter(phase, shape, space.floats(packed, phase.length));
      const from = padded + 4 * (y * row + x * channels);
      const to = space.at(result) + 4 * outputs * (2 * y * width + x);
      wasm.conv(
        ...[from, packed, bias, to, height, width, outputs, 2, 2 * channels],
        ...[row, row, channels, 4 * width * outputs, 2 * outputs, LEAST],
      );
    }
  }
  return result;
}

/** With fewer channels the transforms take longer than they save. */
const LEAST_CHANNELS = 16;

const suitsWinograd = (
  { side, inputs, outputs }: Sizes,
  { bias }: ConvInputs,
  { stride, relu }: ReflectConvAttrs,
): boolean =>
  side === 3 &&
  stride === 1 &&
  !bias &&
  !relu &&
  Math.min(inputs, outputs) >= LEAST_CHANNELS &&
  inputs % 4 === 0 &&
  outputs % TOGETHER === 0;

function byWinograd(
  wasm: StyleModule,
  space: Workspace,
  { x, filter }: ConvInputs,
  { height, width, inputs, outputs }: Sizes,
): TensorInfo {
  const [oddRows, oddColumns] = [height % 2, width % 2] as [number, number];
  const across = Math.ceil(width / 2);
  const result = space.output([height, width, outputs]);
  const padded = space.scratch(inputs * (height + 2 + oddRows) * (width + 2 + oddColumns));
  const zeros = biasAt(space, undefined, outputs);
  const packed = space.scratch(PLACES * inputs * outputs);
  const tiles = space.scratch(PLACES * across * inputs);
  const products = space.scratch(PLACES * across * outputs);
  wasm.pad(space.at(x), padded, height, width, inputs, 1, 0, oddRows, oddColumns);
  packWinograd(
    space.floats(space.at(filter), 9 * inputs * outputs),
    { inputs, outputs },
    space.floats(packed, PLACES * inputs * outputs),
  );
  wasm.winograd(
    ...[padded, packed, zeros, space.at(result), height, width],
    ...[inputs, outputs, tiles, products],
  );
  return result;
}

function tiled(
  wasm: StyleModule,
  space: Workspace,
  { x, filter, bias }: ConvInputs,
  { height, width, side, inputs, outputs, stride, relu }: Sizes & ReflectConvAttrs,
): TensorInfo {
  const border = side >> 1;
  const [outHeight, outWidth] = [Math.ceil(height / stride), Math.ceil(width / stride)];
  const result = space.output([outHeight, outWidth, outputs]);
  const row = inputs * (width + 2 * border);
  const padded = space.scratch(row * (height + 2 * border));
  const biases = biasAt(space, bias, outputs);
  const count = side * side * inputs * outputs;
  const packed = space.scratch(count);
  wasm.pad(space.at(x), padded, height, width, inputs, border, 0, 0, 0);
  packFilter(
    space.floats(space.at(filter), count),
    { side, inputs, outputs },
    space.floats(packed, count),
  );
  wasm.conv(
    ...[padded, packed, biases, space.at(result), outHeight, outWidth, outputs, side],
    ...[side * inputs, row, stride * row, stride * inputs, outWidth * outputs, outputs],
    relu ? 0 : LEAST,
  );
  return result;
}

function planar(
  wasm: StyleModule,
  space: Workspace,
  { x, filter }: ConvInputs,
  { height, width, side, inputs, outputs }: Sizes,
): TensorInfo {
  const border = side >> 1;
  const result = space.output([height, width, outputs]);
  const row = width + 2 * border;
  const plane = row * (height + 2 * border);
  const outRow = STRIP * Math.ceil(width / STRIP);
  // The last strip of the last plane is read beyond it.
  const padded = space.scratch(plane * inputs + 2 * STRIP);
  const made = space.scratch(outRow * height * outputs);
  const count = side * side * inputs * outputs;
  const packed = space.scratch(4 * side * side * inputs);
  wasm.planes(space.at(x), padded, height, width, inputs, border, row);
  packPlanes(
    space.floats(space.at(filter), count),
    { side, inputs, outputs },
    space.floats(packed, 4 * side * side * inputs),
  );
  wasm.convPlanes(padded, packed, made, height, width, inputs, side, row, plane, outRow);
  wasm.interleave(made, space.at(result), height, width, outRow);
  return result;
}

function sizesOf({ x, filter }: ConvInputs): Sizes {
  const [height, width] = x.shape as [number, number, number];
  const [side, , inputs, outputs] = filter.shape as [number, number, number, number];
  return { height, width, side, inputs, outputs };
}

/** Address of a bias, of zeros where there is none. */
function biasAt(space: Workspace, bias: TensorInfo | undefined, outputs: number): number {
  if (bias) return space.at(bias);
  const zeros = space.scratch(outputs);
  space.floats(zeros, outputs).fill(0);
  return zeros;
}
