// What stands out in cells, such as thin lines, small lights and strong colours (after Weber et al., Rapid, Detail-Preserving Image
// Downscaling, 2016).
import { CELL_PIXELS } from '../../nets/pixelart/sizes.ts';
import type { Rgb } from '../../nets/rgb.ts';
import { eachBand, type Pace } from '../../timing.ts';

/** Added to each distance, so that a flat cell still has a mean. */
const FLOOR = 0.5 / 255;

/**
 * `seen` has 4×4 pixels a cell, in sRGB codes 0…1. For each cell, three values: its mean with pixels weighted by how far they are from the
 * cell's surroundings (cells' means, smoothed 1-2-1), less its plain mean.
 */
export async function standingOut({ width, height, data }: Rgb, pace: Pace): Promise<Float32Array> {
  const columns = width / CELL_PIXELS;
  const rows = height / CELL_PIXELS;
  const means = new Float32Array(3 * columns * rows);
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(y / CELL_PIXELS) * columns;
    for (let x = 0; x < width; x++) {
      const at = 3 * (row + Math.floor(x / CELL_PIXELS));
      for (let c = 0; c < 3; c++, i++) means[at + c]! += data[i]! / CELL_PIXELS ** 2;
    }
  }
  const around = smoothed(means, columns, rows);
  const out = new Float32Array(means.length);
  await eachBand(rows, pace, (first, end) => {
    for (let cell = first * columns; cell < end * columns; cell++) {
      const top = Math.floor(cell / columns) * CELL_PIXELS * width;
      const corner = 3 * (top + (cell % columns) * CELL_PIXELS);
      const at = 3 * cell;
      let [r, g, b, total] = [0, 0, 0, 0];
      for (let n = 0; n < CELL_PIXELS ** 2; n++) {
        const i = corner + 3 * (Math.floor(n / CELL_PIXELS) * width + (n % CELL_PIXELS));
        const dr = data[i]! - around[at]!;
        const dg = data[i + 1]! - around[at + 1]!;
        const db = data[i + 2]! - around[at + 2]!;
        const weight = FLOOR + Math.sqrt(dr * dr + dg * dg + db * db);
        r += weight * data[i]!;
        g += weight * data[i + 1]!;
        b += weight * data[i + 2]!;
        total += weight;
      }
      out[at] = r / total - means[at]!;
      out[at + 1] = g / total - means[at + 1]!;
      out[at + 2] = b / total - means[at + 2]!;
    }
  });
  return out;
}

/** Each cell averaged with its neighbours by 1-2-1 in both directions; borders are repeated. */
function smoothed(means: Float32Array, columns: number, rows: number): Float32Array {
  const across = new Float32Array(means.length);
  const out = new Float32Array(means.length);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const left = 3 * (y * columns + Math.max(0, x - 1));
      const right = 3 * (y * columns + Math.min(columns - 1, x + 1));
      const at = 3 * (y * columns + x);
      for (let c = 0; c < 3; c++)
        across[at + c] = (means[left + c]! + 2 * means[at + c]! + means[right + c]!) / 4;
    }
  }
  for (let y = 0; y < rows; y++) {
    const above = 3 * columns * Math.max(0, y - 1);
    const below = 3 * columns * Math.min(rows - 1, y + 1);
    const own = 3 * columns * y;
    for (let i = 0; i < 3 * columns; i++)
      out[own + i] = (across[above + i]! + 2 * across[own + i]! + across[below + i]!) / 4;
  }
  return out;
}
