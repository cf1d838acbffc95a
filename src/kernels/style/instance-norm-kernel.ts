// The kernel of `instanceNorm` on tf.js' WASM backend: two passes over the values instead of ten.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { InstanceNormAttrs } from '../../tensor/ops/instance-norm.ts';
import type { StyleModule, Workspace } from './module.ts';

export type NormInputs = {
  x: TensorInfo;
  gamma: TensorInfo;
  beta: TensorInfo;
  other?: TensorInfo;
};

/** Floats that statistics take at a time. */
const GROUP = 16;
const LEAST = -3.4e38;

/**
 * Deviation, beside the largest mean, of what is equal but for the order in which it was summed up. Of a picture of one colour
 * nothing else is left, and layer by layer it would be made larger until it shows.
 */
const ROUNDING = 2 ** -19;

/** `instanceNorm`: the values are to be a multiple of what channels and 16 both divide. Throws `RangeError` for others. */
export function instanceNormKernel(
  wasm: StyleModule,
  space: Workspace,
  { x, gamma, beta, other }: NormInputs,
  { epsilon, relu }: InstanceNormAttrs,
): TensorInfo {
  const [height, width, channels] = x.shape as [number, number, number];
  const count = height * width * channels;
  const period = leastCommonMultiple(channels, GROUP);
  if (count % period !== 0) {
    throw new RangeError(`expected a multiple of ${period} values, got ${count}`);
  }
  const result = space.output([height, width, channels]);
  const places = ['middles', 'means', 'scales', 'shifts'].map(() => space.scratch(period));
  const [middles, means, scales, shifts] = places as [number, number, number, number];
  const sums = space.scratch(4 * period);
  // Differences from a value of the channel keep what squares of the values themselves would lose.
  const middle = space.floats(space.at(x), channels).slice();
  repeat(middle, space.floats(middles, period));
  wasm.moments(space.at(x), count, period, middles, sums);
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
  wasm.normalise(
    ...[space.at(x), space.at(result), count, period, means, scales, shifts],
    ...[other ? space.at(other) : 0, relu ? 0 : LEAST],
  );
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
