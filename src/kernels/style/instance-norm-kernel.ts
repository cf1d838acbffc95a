// The kernel of `instanceNorm` on tf.js' WASM backend: two passes over the values instead of ten.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { InstanceNormAttrs } from '../../tensor/ops/instance-norm.ts';
import type { Input3D } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import type { StyleModule } from './module.ts';

export type NormInputs = {
  x: Input3D;
  gamma: TensorInfo;
  beta: TensorInfo;
  other?: TensorInfo;
};

/** Floats that `moments` reads at a time, as in `../assembly/norm.ts`. */
const GROUP = 16;
/** A lower bound for results that changes none. */
const NO_LOWER_BOUND = -3.4e38;

/**
 * Relative rounding error of sums, as a share of the largest mean. In a picture of one colour the computed deviation is nothing
 * but this error; if it were normalised, every layer would amplify it until it could be seen.
 */
const ROUNDING = 2 ** -19;

/** `instanceNorm`. Throws `RangeError` unless the number of values is a multiple of the channels and of 16. */
export function instanceNormKernel(
  wasm: StyleModule,
  space: Workspace,
  { x, gamma, beta, other }: NormInputs,
  { epsilon, relu }: InstanceNormAttrs,
): TensorInfo {
  const [height, width, channels] = x.shape;
  const count = height * width * channels;
  const period = leastCommonMultiple(channels, GROUP);
  if (count % period !== 0) {
    throw new RangeError(`expected a multiple of ${period} values, got ${count}`);
  }
  const result = space.output([height, width, channels]);
  const middles = space.scratch(period);
  const means = space.scratch(period);
  const scales = space.scratch(period);
  const shifts = space.scratch(period);
  const sums = space.scratch(4 * period);
  // Sums of squares of the values themselves would lose precision; differences from one value of the channel do not.
  const middle = space.floats(space.at(x), channels).slice();
  repeat(middle, space.floats(middles, period));
  wasm.moments({ x: space.at(x), count, period, middle: middles, sums });
  const totals = space.doubles(sums, 2 * period);
  const gammas = space.floats(space.at(gamma), channels);
  const mean = new Float32Array(channels);
  const scale = new Float32Array(channels);
  const variance = new Float64Array(channels);
  for (let c = 0; c < channels; c++) {
    const offset = total(totals.subarray(0, period), c, channels) / (height * width);
    const square = total(totals.subarray(period), c, channels) / (height * width);
    mean[c] = middle[c]! + offset;
    variance[c] = square - offset ** 2;
  }
  const rounding = (ROUNDING * Math.max(...mean.map(Math.abs))) ** 2;
  for (let c = 0; c < channels; c++) {
    const v = variance[c]!;
    scale[c] = v > rounding ? gammas[c]! / Math.sqrt(v + epsilon) : 0;
  }
  repeat(mean, space.floats(means, period));
  repeat(scale, space.floats(scales, period));
  repeat(space.floats(space.at(beta), channels), space.floats(shifts, period));
  wasm.normalise({
    x: space.at(x),
    out: space.at(result),
    count,
    period,
    means,
    scales,
    shifts,
    other: other ? space.at(other) : 0,
    least: relu ? 0 : NO_LOWER_BOUND,
  });
  return result;
}

function total(values: Float64Array, first: number, step: number): number {
  let sum = 0;
  for (let i = first; i < values.length; i += step) sum += values[i]!;
  return sum;
}

function repeat(values: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i += values.length) out.set(values, i);
}

function leastCommonMultiple(a: number, b: number): number {
  let multiple = a;
  while (multiple % b !== 0) multiple += a;
  return multiple;
}
