// Magnitude of a plane's gradient at each pixel.
import type { Size } from '../../src/image.ts';
import { eachBand, type Pace } from '../../src/timing.ts';

export type GradientKernel = 'sobel' | 'difference';

/**
 * Magnitude of the gradient per pixel of a plane of `width · height` values; the edge is repeated outside the plane.
 * `difference`: to the right and the lower neighbour. `sobel`: scaled so that a straight edge measures its height, as with `difference`.
 */
export async function gradient(
  plane: Float32Array,
  { width, height, kernel }: Size & { kernel: GradientKernel },
  pace: Pace,
): Promise<Float32Array> {
  const out = new Float32Array(plane.length);
  const row = kernel === 'sobel' ? createSobel(width) : difference;
  await eachBand(height, pace, (first, end) => {
    for (let y = first; y < end; y++) row(plane, { width, height }, y, out);
  });
  return out;
}

/** Mean square of gradients, in units of the range from black to white. */
export async function energyOf(slopes: Float32Array, pace: Pace): Promise<number> {
  let sum = 0;
  await eachBand(slopes.length, pace, (first, end) => {
    for (let p = first; p < end; p++) sum += slopes[p]! * slopes[p]!;
  });
  return sum / slopes.length;
}

/** Writes the magnitudes of row `y` to `out`. */
type GradientRow = (plane: Float32Array, size: Size, y: number, out: Float32Array) => void;

const difference: GradientRow = (plane, { width, height }, y, out) => {
  const below = y + 1 < height ? width : 0;
  for (let x = 0, p = y * width; x < width; x++, p++) {
    const here = plane[p]!;
    const dx = plane[x + 1 < width ? p + 1 : p]! - here;
    const dy = plane[p + below]! - here;
    out[p] = Math.sqrt(dx * dx + dy * dy);
  }
};

function createSobel(width: number): GradientRow {
  // Along each column: the smoothed value and the vertical difference, which the row then differentiates and smooths.
  const smooth = new Float32Array(width);
  const slope = new Float32Array(width);
  return (plane, { height }, y, out) => {
    const above = y > 0 ? -width : 0;
    const below = y + 1 < height ? width : 0;
    for (let x = 0, q = y * width; x < width; x++, q++) {
      const a = plane[q + above]!;
      const c = plane[q + below]!;
      smooth[x] = a + 2 * plane[q]! + c;
      slope[x] = c - a;
    }
    for (let x = 0, p = y * width; x < width; x++, p++) {
      const left = x > 0 ? x - 1 : x;
      const right = x + 1 < width ? x + 1 : x;
      const dx = smooth[right]! - smooth[left]!;
      const dy = slope[left]! + 2 * slope[x]! + slope[right]!;
      out[p] = Math.sqrt(dx * dx + dy * dy) / 4;
    }
  };
}
