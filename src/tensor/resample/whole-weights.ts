// Weights as whole numbers of 16 bits.
import type { Axis } from './axis.ts';

/** Weights that add up to 2 to the power of `shift`, for each output. */
export type WholeWeights = { weights: Int16Array; shift: number };

/** Sums of light (up to `LIGHT_15`) times weights that add up to this power of two stay below 2^31. */
const MOST_SHIFT = 16;
/** A weight of 16 bits, with room for what rounding leaves. */
const LARGEST = 32_000;

/** The largest whole numbers that 16 bits and sums in 32 bits allow. What rounding leaves goes to each output's largest weight. */
export function wholeWeights({
  offset,
  count,
  weights,
}: Pick<Axis, 'offset' | 'count' | 'weights'>): WholeWeights {
  let most = 0;
  for (let k = 0; k < weights.length; k++) most = Math.max(most, weights[k]!);
  let shift = MOST_SHIFT;
  while (most * 2 ** shift > LARGEST) shift--;
  const scale = 2 ** shift;
  const whole = new Int16Array(weights.length);
  for (const [i, first] of offset.entries()) {
    const end = first + count[i]!;
    let largest = first;
    let rest = scale;
    for (let k = first; k < end; k++) {
      whole[k] = Math.round(weights[k]! * scale);
      rest -= whole[k]!;
      if (whole[k]! > whole[largest]!) largest = k;
    }
    whole[largest]! += rest;
  }
  return { weights: whole, shift };
}
