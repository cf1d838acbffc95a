// Cells in which pixels count by how much they stand out from their surroundings, so thin lines and small lights survive (after Weber et al., Rapid, Detail-Preserving Image Downscaling, 2016).
import type { Image } from '../../image.ts';
import { linearOfByte } from '../colour/colour.ts';
import type { ColourOfCell } from './chosen-cells.ts';

// Added to each distance, in levels, so that a flat cell still has a mean.
const FLOOR = 0.5;

/** Weighs each pixel by its distance, in sRGB-coded levels, to the surroundings of its cell, three levels each. */
export function createDetail(around: Float32Array): ColourOfCell {
  return ({ data, count, at, weight }, out, cell) => {
    const r = around[3 * cell]!;
    const g = around[3 * cell + 1]!;
    const b = around[3 * cell + 2]!;
    let [red, green, blue, sum] = [0, 0, 0, 0];
    for (let n = 0; n < count; n++) {
      const k = at[n]!;
      const dr = data[k]! - r;
      const dg = data[k + 1]! - g;
      const db = data[k + 2]! - b;
      const w = weight[n]! * (FLOOR + Math.sqrt(dr * dr + dg * dg + db * db));
      red += w * linearOfByte[data[k]!]!;
      green += w * linearOfByte[data[k + 1]!]!;
      blue += w * linearOfByte[data[k + 2]!]!;
      sum += w;
    }
    out[0] = red / sum;
    out[1] = green / sum;
    out[2] = blue / sum;
  };
}

/** The surroundings of each cell: the levels of the cell means, smoothed 1-2-1 in both directions and weighted by opacity; at the edges over the cells that exist. */
export function surroundings(means: Image): Float32Array {
  const { width, height } = means;
  const out = new Float32Array(3 * width * height);
  for (let y = 0; y < height; y++) smoothRow(means, y, out);
  return out;
}

function smoothRow({ width, height, data }: Image, y: number, out: Float32Array): void {
  for (let x = 0; x < width; x++) {
    let [r, g, b, total] = [0, 0, 0, 0];
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
        const k = 4 * (v * width + u);
        const w = (u === x ? 2 : 1) * (v === y ? 2 : 1) * data[k + 3]!;
        r += w * data[k]!;
        g += w * data[k + 1]!;
        b += w * data[k + 2]!;
        total += w;
      }
    }
    if (total > 0) out.set([r / total, g / total, b / total], 3 * (y * width + x));
  }
}
