// Medians over squares of pixels with 256 levels: one histogram runs along every row (Huang et al. 1979).
import type { Size } from '../../image.ts';

const LEVELS = 256;

/** The median of each square of edge 2 · `reach` + 1, row by row; the border is repeated outwards. */
export function runningMedian(
  from: Uint8Array,
  { width, height }: Size,
  reach: number,
): Uint8Array {
  const to = new Uint8Array(from.length);
  const window = 2 * reach + 1;
  const half = (window * window) >> 1;
  // Borders are repeated, so that the loops below need not look where they are.
  const stride = width + 2 * reach;
  const padded = repeatedBorders(from, { width, height }, reach);
  const counts = new Int32Array(LEVELS);
  for (let y = 0; y < height; y += 1) {
    const first = y * stride;
    const end = first + window * stride;
    counts.fill(0);
    for (let row = first; row < end; row += stride) {
      for (let i = 0; i < window; i += 1) counts[padded[row + i]!]! += 1;
    }
    let median = 0;
    let below = 0;
    for (let x = 0; x < width; x += 1) {
      if (x > 0) {
        for (let at = first + x - 1; at < end; at += stride) {
          const old = padded[at]!;
          const fresh = padded[at + window]!;
          if (old === fresh) continue;
          counts[old]! -= 1;
          counts[fresh]! += 1;
          if (fresh < median) below += 1;
          if (old < median) below -= 1;
        }
      }
      while (below > half) {
        median -= 1;
        below -= counts[median]!;
      }
      for (let up = below + counts[median]!; up <= half; up = below + counts[median]!) {
        below = up;
        median += 1;
      }
      to[y * width + x] = median;
    }
  }
  return to;
}

function repeatedBorders(from: Uint8Array, { width, height }: Size, reach: number): Uint8Array {
  const stride = width + 2 * reach;
  const padded = new Uint8Array(stride * (height + 2 * reach));
  for (let y = 0; y < height + 2 * reach; y += 1) {
    const row = width * Math.min(height - 1, Math.max(0, y - reach));
    const line = padded.subarray(y * stride, (y + 1) * stride);
    line.fill(from[row]!, 0, reach);
    line.set(from.subarray(row, row + width), reach);
    line.fill(from[row + width - 1]!, reach + width);
  }
  return padded;
}
