// The kernels of `reluConvAdjoint` and `maxPoolAdjoint` on tf.js' WASM backend.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { mirrored, spreadToMaxima } from '../../tensor/ops/adjoints.ts';
import type { Input3D } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import type { StyleModule } from './module.ts';
import { PLACES } from './pack-winograd.ts';
import { winogradWeights } from './winograd-weights.ts';

export type ReluConvAdjointInputs = { dy: Input3D; y: Input3D; filter: TensorInfo };
export type MaxPoolAdjointInputs = { x: Input3D; dy: TensorInfo };

/** Convolves the gradient over zeros, one pixel beyond every side, and adds what lies there to the pixels that it mirrors. */
export function reluConvAdjointKernel(
  wasm: StyleModule,
  space: Workspace,
  { dy, y, filter }: ReluConvAdjointInputs,
): TensorInfo {
  const [height, width, inputs] = y.shape;
  const outputs = filter.shape[3]!;
  const [tall, wide] = [height + 2, width + 2];
  const row = inputs * (wide + 2 + (wide % 2));
  const across = Math.ceil(wide / 2);
  const result = space.output([height, width, outputs]);
  const padded = space.scratch(row * (tall + 2 + (tall % 2)));
  const zeros = space.scratch(outputs);
  const weights = winogradWeights(space, filter, { inputs, outputs });
  const tiles = space.scratch(PLACES * across * inputs);
  const products = space.scratch(PLACES * across * outputs);
  const full = space.scratch(tall * wide * outputs);
  space.floats(zeros, outputs).fill(0);
  const around = space.floats(padded, row * (tall + 2 + (tall % 2)));
  const count = height * width * inputs;
  const [values, gate] = [space.floats(space.at(dy), count), space.floats(space.at(y), count)];
  around.fill(0);
  for (let line = 0, from = 0; line < height; line++) {
    const end = from + width * inputs;
    for (let to = (line + 2) * row + 2 * inputs; from < end; from++, to++)
      if (gate[from]! > 0) around[to] = values[from]!;
  }
  wasm.winograd({
    x: padded,
    weights,
    zeros,
    out: full,
    height: tall,
    width: wide,
    inputs,
    channels: outputs,
    tiles,
    products,
  });
  fold(
    space.floats(full, tall * wide * outputs),
    space.floats(space.at(result), height * width * outputs),
    { height, width, channels: outputs },
  );
  return result;
}

/** Copies the inside of `full`, and adds its border. */
function fold(
  full: Float32Array,
  out: Float32Array,
  { height, width, channels }: { height: number; width: number; channels: number },
): void {
  const [wide, line] = [(width + 2) * channels, width * channels];
  for (let y = 0; y < height; y++) {
    const from = (y + 1) * wide + channels;
    out.set(full.subarray(from, from + line), y * line);
  }
  const addPixel = (y: number, x: number): void => {
    const from = y * wide + x * channels;
    const to = mirrored(y - 1, height) * line + mirrored(x - 1, width) * channels;
    for (let c = 0; c < channels; c++) out[to + c]! += full[from + c]!;
  };
  for (const y of [0, height + 1]) for (let x = 0; x < width + 2; x++) addPixel(y, x);
  for (let y = 1; y <= height; y++) for (const x of [0, width + 1]) addPixel(y, x);
}

export function maxPoolAdjointKernel(
  _: StyleModule,
  space: Workspace,
  { x, dy }: MaxPoolAdjointInputs,
): TensorInfo {
  const shape = x.shape;
  const result = space.output([...shape]);
  const count = shape[0] * shape[1] * shape[2];
  const out = space.floats(space.at(result), count);
  out.fill(0);
  const [from, values] = [
    space.floats(space.at(x), count),
    space.floats(
      space.at(dy),
      dy.shape.reduce((a, b) => a * b),
    ),
  ];
  spreadToMaxima(from, values, out, shape);
  return result;
}
