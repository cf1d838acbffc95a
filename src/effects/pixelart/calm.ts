// Calms drawn cells: small differences between neighbours go, contours stay.

import type { Size } from '../../image.ts';
import { eachBand, type Pace } from '../../timing.ts';

/** Cells on each side that a cell is averaged with. */
const REACH = 2;
/** Standard deviation of the weights by place, in cells. */
const SPREAD = 1.5;

/** Steps to the half of these cells that come later, and half of the squared distance over the squared spread. */
const LATER = Array.from({ length: (2 * REACH + 1) * (REACH + 1) }, (_, n) => ({
  x: (n % (2 * REACH + 1)) - REACH,
  y: Math.floor(n / (2 * REACH + 1)),
}))
  .filter(({ x, y }) => y > 0 || x > 0)
  .map(({ x, y }) => ({ x, y, apart: (x * x + y * y) / (2 * SPREAD * SPREAD) }));

/**
 * A bilateral filter (Tomasi & Manduchi 1998) of sRGB codes, three values a cell: each becomes a mean of those around it that differ
 * by not much more than `range`. Clear cells (opacity below a half) have no part.
 */
export async function calmed(
  codes: Float32Array,
  { width, height, alpha }: Size & { alpha: Float32Array | undefined },
  range: number,
  pace: Pace,
): Promise<Float32Array> {
  const sums = Float64Array.from(codes);
  const totals = new Float64Array(codes.length / 3).fill(1);
  const sharpness = 1 / (2 * range * range);
  await eachBand(height, pace, (first, end) => {
    for (let y = first; y < end; y++) {
      for (let x = 0; x < width; x++) {
        // Two cells have the same weight for each other, so each pair is met once.
        for (const later of LATER) {
          const i = x + later.x;
          const j = y + later.y;
          if (i < 0 || i >= width || j >= height) continue;
          const p = y * width + x;
          const q = j * width + i;
          const a = 3 * p;
          const b = 3 * q;
          const dr = codes[b]! - codes[a]!;
          const dg = codes[b + 1]! - codes[a + 1]!;
          const db = codes[b + 2]! - codes[a + 2]!;
          const weight = Math.exp(-later.apart - sharpness * (dr * dr + dg * dg + db * db));
          if (!alpha || alpha[q]! >= 0.5) {
            totals[p]! += weight;
            for (let c = 0; c < 3; c++) sums[a + c]! += weight * codes[b + c]!;
          }
          if (!alpha || alpha[p]! >= 0.5) {
            totals[q]! += weight;
            for (let c = 0; c < 3; c++) sums[b + c]! += weight * codes[a + c]!;
          }
        }
      }
    }
  });
  return codes.map((_, i) => sums[i]! / totals[Math.floor(i / 3)]!);
}
