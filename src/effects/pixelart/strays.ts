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
  const before = indices.slice();
  const difference = (a: number, b: number): number =>
    Math.hypot(
      lab[3 * a]! - lab[3 * b]!,
      lab[3 * a + 1]! - lab[3 * b + 1]!,
      lab[3 * a + 2]! - lab[3 * b + 2]!,
    );
  const around = new Int16Array(8);
  await eachBand(height, pace, (first, end) => {
    for (let y = first; y < end; y++) {
      for (let x = 0; x < width; x++) {
        const own = before[y * width + x]!;
        if (own < 0) continue;
        let count = 0;
        let stray = true;
        for (let j = Math.max(0, y - 1); j <= Math.min(height - 1, y + 1) && stray; j++) {
          for (let i = Math.max(0, x - 1); i <= Math.min(width - 1, x + 1); i++) {
            if (i === x && j === y) continue;
            const index = before[j * width + i]!;
            if (index === own) stray = false;
            else if (index >= 0) around[count++] = index;
          }
        }
        if (!stray || count === 0) continue;
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
