// Takes out stray cells: single ones of a colour that none of their neighbours has, as artists do.

import type { Size } from '../../image.ts';
import type { Palette } from '../../tensor/palette/palette.ts';
import { eachBand, type Pace } from '../../timing.ts';

/**
 * Gives every stray cell the colour of most of its eight neighbours, the nearest of equals, if at least two have it and it differs by
 * at most `most` (OKLab with chroma counted double): what stands out is a feature and stays. Changes `indices`; clear cells (−1) have no part.
 */
export async function joinStrays(
  indices: Int16Array,
  { width, height }: Size,
  { palette: { lab }, most }: { palette: Palette; most: number },
  pace: Pace,
): Promise<void> {
  // With a border of clear cells.
  const stride = width + 2;
  const before = new Int16Array(stride * (height + 2)).fill(-1);
  for (let y = 0; y < height; y++) {
    before.set(indices.subarray(y * width, (y + 1) * width), (y + 1) * stride + 1);
  }
  const steps = [-stride - 1, -stride, 1 - stride, -1, 1, stride - 1, stride, stride + 1];
  const around = new Int16Array(steps.length);
  /** Writes the colours of neighbours that are not clear to `around`; returns how many, 0 if one has the same colour. */
  const differing = (at: number): number => {
    let count = 0;
    for (let n = 0; n < steps.length; n++) {
      const index = before[at + steps[n]!]!;
      if (index === before[at]) return 0;
      if (index >= 0) around[count++] = index;
    }
    return count;
  };
  const difference = (a: number, b: number): number =>
    Math.hypot(
      lab[3 * a]! - lab[3 * b]!,
      lab[3 * a + 1]! - lab[3 * b + 1]!,
      lab[3 * a + 2]! - lab[3 * b + 2]!,
    );
  await eachBand(height, pace, (first, end) => {
    for (let y = first; y < end; y++) {
      for (let x = 0; x < width; x++) {
        const at = (y + 1) * stride + x + 1;
        const own = before[at]!;
        const count = own < 0 ? 0 : differing(at);
        if (count === 0) continue;
        const near = mostFrequent(around.subarray(0, count), (index) => difference(own, index));
        if (near !== undefined && difference(own, near) <= most) indices[y * width + x] = near;
      }
    }
  });
}

/** The value that occurs most often, at least twice; among equals that with the least cost. */
function mostFrequent(values: Int16Array, cost: (value: number) => number): number | undefined {
  let [best, times] = [values[0]!, 0];
  for (const value of values) {
    let count = 0;
    for (const other of values) if (other === value) count++;
    if (count > times || (count === times && cost(value) < cost(best))) {
      [best, times] = [value, count];
    }
  }
  return times > 1 ? best : undefined;
}
