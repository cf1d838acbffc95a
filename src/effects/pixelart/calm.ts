// Calms drawn cells: small differences between neighbours go, contours stay.

import type { Size } from '../../image.ts';
import { eachBand, type Pace } from '../../timing.ts';

/** Cells on each side that a cell is averaged with. */
const REACH = 2;
/** Standard deviation of the weights by place, in cells. */
const SPREAD = 1.5;

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
  const out = new Float32Array(codes.length);
  const sharpness = 1 / (2 * range * range);
  await eachBand(height, pace, (first, end) => {
    for (let y = first; y < end; y++) {
      for (let x = 0; x < width; x++) {
        const at = 3 * (y * width + x);
        let [r, g, b, total] = [0, 0, 0, 0];
        for (let j = Math.max(0, y - REACH); j <= Math.min(height - 1, y + REACH); j++) {
          for (let i = Math.max(0, x - REACH); i <= Math.min(width - 1, x + REACH); i++) {
            const p = j * width + i;
            if (alpha && alpha[p]! < 0.5 && 3 * p !== at) continue;
            const [dr, dg, db] = [
              codes[3 * p]! - codes[at]!,
              codes[3 * p + 1]! - codes[at + 1]!,
              codes[3 * p + 2]! - codes[at + 2]!,
            ];
            const apart = ((i - x) ** 2 + (j - y) ** 2) / (2 * SPREAD * SPREAD);
            const weight = Math.exp(-apart - sharpness * (dr * dr + dg * dg + db * db));
            r += weight * codes[3 * p]!;
            g += weight * codes[3 * p + 1]!;
            b += weight * codes[3 * p + 2]!;
            total += weight;
          }
        }
        out[at] = r / total;
        out[at + 1] = g / total;
        out[at + 2] = b / total;
      }
    }
  });
  return out;
}
