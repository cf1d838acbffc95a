// `cells=median`: the median of each channel in a cell, which outliers and thin lines do not change.
import { linearOfByte } from '../colour/colour.ts';
import type { ColourOfCell } from './chosen-cells.ts';

/**
 * For each channel the lowest level at which half of the cell's weight is reached. Channels are independent, because the
 * pixel of median brightness may be an outlier of another hue. If one colour fills more than half of the cell, the result is
 * exactly that colour. A median is the same in linear light and in sRGB codes.
 */
export function createMedian(): ColourOfCell {
  const levels = new Float64Array(256);
  return ({ data, count, at, weight }, out) => {
    let total = 0;
    for (let n = 0; n < count; n++) total += weight[n]!;
    for (let c = 0; c < 3; c++) {
      let level = 255;
      for (let n = 0; n < count; n++) {
        const value = data[at[n]! + c]!;
        levels[value]! += weight[n]!;
        if (value < level) level = value;
      }
      for (let reached = levels[level]!; reached < total / 2 && level < 255; ) {
        reached += levels[++level]!;
      }
      for (let n = 0; n < count; n++) levels[data[at[n]! + c]!] = 0;
      out[c] = linearOfByte[level]!;
    }
  };
}
