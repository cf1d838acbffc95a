// Calms textures of a luma picture before the pixel-art network sees it: two running medians (Huang et al. 1979).

const LEVELS = 256;

/** Edges of the two windows in pixels. */
const WINDOWS = [7, 5];

/** `luma` in 0…1, row-major, after medians of 7×7 and 5×5 pixels in steps of 1/255; the border is repeated outwards. */
export function smoothLuma(luma: Float32Array, width: number, height: number): Float32Array {
  let levels = Uint8Array.from(luma, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
  for (const window of WINDOWS) levels = runningMedian(levels, width, height, window >> 1);
  return Float32Array.from(levels, (level) => level / 255);
}

/** The median of each square of edge 2 · reach + 1. One histogram runs along every row. */
function runningMedian(from: Uint8Array, width: number, height: number, reach: number) {
  const to = new Uint8Array(from.length);
  const counts = new Int32Array(LEVELS);
  const half = ((2 * reach + 1) ** 2) >> 1;
  const column = (i: number): number => Math.min(width - 1, Math.max(0, i));
  const rows = new Int32Array(2 * reach + 1);
  for (let y = 0; y < height; y += 1) {
    for (let k = -reach; k <= reach; k += 1) {
      rows[k + reach] = width * Math.min(height - 1, Math.max(0, y + k));
    }
    counts.fill(0);
    for (let i = -reach; i <= reach; i += 1) {
      const at = column(i);
      for (const row of rows) counts[from[row + at]!]! += 1;
    }
    let median = 0;
    let below = 0;
    for (let x = 0; x < width; x += 1) {
      if (x > 0) {
        const leaves = column(x - reach - 1);
        const enters = column(x + reach);
        for (const row of rows) {
          const old = from[row + leaves]!;
          const fresh = from[row + enters]!;
          counts[old]! -= 1;
          counts[fresh]! += 1;
          below += (fresh < median ? 1 : 0) - (old < median ? 1 : 0);
        }
      }
      while (below > half) {
        median -= 1;
        below -= counts[median]!;
      }
      while (below + counts[median]! <= half) {
        below += counts[median]!;
        median += 1;
      }
      to[y * width + x] = median;
    }
  }
  return to;
}
