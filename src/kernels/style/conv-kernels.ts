// The kernels of `reflectConv` and `upsampleConv` on tf.js' WASM backend.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { ReflectConvAttrs } from '../../tensor/ops/reflect-conv.ts';
import type { Input3D, Input4D } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import type { StyleModule } from './module.ts';
import {
  CHANNELS_AT_ONCE,
  type FilterShape,
  packFilter,
  packPlanes,
  phaseFilter,
} from './pack-filter.ts';
import { PLACES } from './pack-winograd.ts';
import { winogradWeights } from './winograd-weights.ts';

export type ConvInputs = { x: Input3D; filter: Input4D; bias?: TensorInfo };
type Sizes = FilterShape & { height: number; width: number };

const FLOAT_BYTES = 4;

/** Pixels of a strip, as in `../assembly/planes.ts`; the loops read up to one strip beyond the end. */
const STRIP = 12;
/** An upper bound for results that changes none; negative, a lower one. */
const NO_BOUND = 3.4e38;

/** `reflectConv` for 8, 16, 24 … output channels, or for 3 at stride 1 without bias. Throws `RangeError` for others. */
export function reflectConvKernel(
  wasm: StyleModule,
  space: Workspace,
  inputs: ConvInputs,
  attrs: ReflectConvAttrs,
): TensorInfo {
  const sizes = sizesOf(inputs);
  if (suitsWinograd(sizes, inputs, attrs)) return byWinograd(wasm, space, inputs, sizes);
  if (sizes.outputs % CHANNELS_AT_ONCE === 0)
    return tiled(wasm, space, inputs, { ...sizes, ...attrs });
  if (sizes.outputs === 3 && attrs.stride === 1 && !attrs.relu && !inputs.bias) {
    return planar(wasm, space, inputs, sizes);
  }
  throw new RangeError(
    `expected a multiple of ${CHANNELS_AT_ONCE} output channels, got ${sizes.outputs}`,
  );
}

/** `upsampleConv`: each pixel becomes four, and each of the four has a filter of 2×2 taps. */
export function upsampleConvKernel(
  wasm: StyleModule,
  space: Workspace,
  inputs: ConvInputs,
): TensorInfo {
  const { height, width, inputs: channels, outputs, side } = sizesOf(inputs);
  if (side !== 3 || outputs % CHANNELS_AT_ONCE !== 0) {
    throw new RangeError(
      `expected 3 taps and a multiple of ${CHANNELS_AT_ONCE} channels, got ${outputs}`,
    );
  }
  const result = space.output([2 * height, 2 * width, outputs]);
  const row = channels * (width + 2);
  const padded = space.scratch(row * (height + 2));
  const bias = biasAt(space, undefined, outputs);
  const packed = space.scratch(4 * channels * outputs);
  wasm.pad({
    x: space.at(inputs.x),
    out: padded,
    height,
    width,
    channels,
    border: 1,
    twice: 1,
    oddRows: 0,
    oddColumns: 0,
  });
  const filter = space.floats(space.at(inputs.filter), 9 * channels * outputs);
  const shape = { side: 2, inputs: channels, outputs };
  for (const y of [0, 1] as const) {
    for (const x of [0, 1] as const) {
      const phase = phaseFilter(filter, shape, { x, y });
      packFilter(phase, shape, space.floats(packed, phase.length));
      wasm.conv({
        x: padded + FLOAT_BYTES * (y * row + x * channels),
        weights: packed,
        bias,
        out: space.at(result) + FLOAT_BYTES * outputs * (2 * y * width + x),
        height,
        width,
        channels: outputs,
        taps: 2,
        run: 2 * channels,
        xRow: row,
        xStep: row,
        xPixel: channels,
        outRow: 4 * width * outputs,
        outPixel: 2 * outputs,
        least: -NO_BOUND,
        most: NO_BOUND,
      });
    }
  }
  return result;
}

/** With fewer channels, the transforms take more time than they save. */
const MIN_WINOGRAD_CHANNELS = 16;

const suitsWinograd = (
  { side, inputs, outputs }: Sizes,
  { bias }: ConvInputs,
  { stride, relu }: ReflectConvAttrs,
): boolean =>
  side === 3 &&
  stride === 1 &&
  !bias &&
  !relu &&
  Math.min(inputs, outputs) >= MIN_WINOGRAD_CHANNELS &&
  inputs % 4 === 0 &&
  outputs % CHANNELS_AT_ONCE === 0;

function byWinograd(
  wasm: StyleModule,
  space: Workspace,
  { x, filter }: ConvInputs,
  { height, width, inputs, outputs }: Sizes,
): TensorInfo {
  const oddRows = height % 2;
  const oddColumns = width % 2;
  const across = Math.ceil(width / 2);
  const result = space.output([height, width, outputs]);
  const padded = space.scratch(inputs * (height + 2 + oddRows) * (width + 2 + oddColumns));
  const zeros = biasAt(space, undefined, outputs);
  const weights = winogradWeights(space, filter, { inputs, outputs });
  const tiles = space.scratch(PLACES * across * inputs);
  const products = space.scratch(PLACES * across * outputs);
  wasm.pad({
    x: space.at(x),
    out: padded,
    height,
    width,
    channels: inputs,
    border: 1,
    twice: 0,
    oddRows,
    oddColumns,
  });
  wasm.winograd({
    x: padded,
    weights,
    zeros,
    out: space.at(result),
    height,
    width,
    inputs,
    channels: outputs,
    tiles,
    products,
  });
  return result;
}

function tiled(
  wasm: StyleModule,
  space: Workspace,
  { x, filter, bias }: ConvInputs,
  { height, width, side, inputs, outputs, stride, relu }: Sizes & ReflectConvAttrs,
): TensorInfo {
  const border = side >> 1;
  const outHeight = Math.ceil(height / stride);
  const outWidth = Math.ceil(width / stride);
  const result = space.output([outHeight, outWidth, outputs]);
  const row = inputs * (width + 2 * border);
  const padded = space.scratch(row * (height + 2 * border));
  const biases = biasAt(space, bias, outputs);
  const count = side * side * inputs * outputs;
  const packed = space.scratch(count);
  wasm.pad({
    x: space.at(x),
    out: padded,
    height,
    width,
    channels: inputs,
    border,
    twice: 0,
    oddRows: 0,
    oddColumns: 0,
  });
  packFilter(
    space.floats(space.at(filter), count),
    { side, inputs, outputs },
    space.floats(packed, count),
  );
  wasm.conv({
    x: padded,
    weights: packed,
    bias: biases,
    out: space.at(result),
    height: outHeight,
    width: outWidth,
    channels: outputs,
    taps: side,
    run: side * inputs,
    xRow: row,
    xStep: stride * row,
    xPixel: stride * inputs,
    outRow: outWidth * outputs,
    outPixel: outputs,
    least: relu ? 0 : -NO_BOUND,
    most: NO_BOUND,
  });
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
  // The loops read beyond the last strip of the last plane.
  const padded = space.scratch(plane * inputs + 2 * STRIP);
  const outPlanes = space.scratch(outRow * height * outputs);
  const count = side * side * inputs * outputs;
  const packed = space.scratch(4 * side * side * inputs);
  wasm.planes({ x: space.at(x), out: padded, height, width, channels: inputs, border, row });
  packPlanes(
    space.floats(space.at(filter), count),
    { side, inputs, outputs },
    space.floats(packed, 4 * side * side * inputs),
  );
  wasm.convPlanes({
    x: padded,
    weights: packed,
    out: outPlanes,
    height,
    width,
    channels: inputs,
    side,
    xRow: row,
    xPlane: plane,
    outRow,
  });
  wasm.interleave({ x: outPlanes, out: space.at(result), height, width, row: outRow });
  return result;
}

function sizesOf({ x, filter }: ConvInputs): Sizes {
  const [height, width] = x.shape;
  const [side, , inputs, outputs] = filter.shape;
  return { height, width, side, inputs, outputs };
}

/** Address of the bias; without a bias, the address of zeros. */
function biasAt(space: Workspace, bias: TensorInfo | undefined, outputs: number): number {
  if (bias) return space.at(bias);
  const zeros = space.scratch(outputs);
  space.floats(zeros, outputs).fill(0);
  return zeros;
}
