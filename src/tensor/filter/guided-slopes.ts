// How the colours of a small picture change with its guide.
import type { Size } from '../../image.ts';
import { boxMean, keptRows, type RowOf } from './box-mean.ts';

/** A small picture, three values a pixel, and its guide, one value a pixel. */
export type Guided = Size & { colours: Float32Array; guide: Float32Array };

// Pixels to each side over which differences from the mean are taken, and over which their products are averaged: of two edges
// nearby the stronger one determines the slope, and flat parts do not count.
const RADIUS = 1;
// Variance of the guide below which it is texture rather than an edge (both of coded values 0…1).
const TEXTURE = 0.004;

/** Rows of how the three colours change with the guide around each pixel; the last two are kept. */
export function slopesOf({ width, height, colours, guide }: Guided): RowOf {
  const size = { width, height, radius: RADIUS };
  const kept = 2 * RADIUS + 1;
  const moments = keptRows({ length: 8 * width, count: kept }, (y, out) => {
    for (let x = 0, p = y * width, i = 3 * p, o = 0; x < width; x++, p++, i += 3, o += 8) {
      const v = guide[p]!;
      out[o] = v;
      out[o + 1] = v * v;
      for (let c = 0; c < 3; c++) {
        out[o + 2 + c] = colours[i + c]!;
        out[o + 5 + c] = v * colours[i + c]!;
      }
    }
  });
  const meanOf = boxMean(moments, { ...size, channels: 8 });
  const mean = new Float32Array(8 * width);
  const together = keptRows({ length: 4 * width, count: kept }, (y, out) => {
    meanOf(y, mean);
    for (let i = 0, o = 0; o < out.length; i += 8, o += 4) {
      const v = mean[i]!;
      out[o] = mean[i + 1]! - v * v;
      for (let c = 0; c < 3; c++) out[o + 1 + c] = mean[i + 5 + c]! - v * mean[i + 2 + c]!;
    }
  });
  const smoothed = boxMean(together, { ...size, channels: 4 });
  const sums = new Float32Array(4 * width);
  return keptRows({ length: 3 * width, count: 2 }, (y, out) => {
    smoothed(y, sums);
    for (let i = 0, o = 0; o < out.length; i += 4, o += 3) {
      const spread = sums[i]! + TEXTURE;
      for (let c = 0; c < 3; c++) out[o + c] = sums[i + 1 + c]! / spread;
    }
  });
}
