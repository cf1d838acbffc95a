// How strongly a plane changes at each pixel.
import type { Size } from '../image.ts';

export type GradientKernel = 'sobel' | 'difference';

/**
 * Magnitude of the gradient per pixel of a plane of `width · height` values; outside the plane its edge goes on.
 * `difference`: to the right and the lower neighbour. `sobel`: scaled so that a straight edge measures its height, as with `difference`.
 */
export function gradient(plane: Float32Array, size: Size, kernel: GradientKernel): Float32Array {
  return kernel === 'sobel' ? sobel(plane, size) : difference(plane, size);
}

function difference(plane: Float32Array, { width, height }: Size): Float32Array {
  const out = new Float32Array(plane.length);
  for (let y = 0, p = 0; y < height; y++) {
    const below = y + 1 < height ? width : 0;
    for (let x = 0; x < width; x++, p++) {
      const here = plane[p] as number;
      const dx = (plane[x + 1 < width ? p + 1 : p] as number) - here;
      const dy = (plane[p + below] as number) - here;
      out[p] = Math.sqrt(dx * dx + dy * dy);
    }
  }
  return out;
}

function sobel(plane: Float32Array, { width, height }: Size): Float32Array {
  const out = new Float32Array(plane.length);
  // Along each column: the smoothed value and the vertical difference, which the row then differentiates and smooths.
  const smooth = new Float32Array(width);
  const slope = new Float32Array(width);
  for (let y = 0, p = 0; y < height; y++) {
    const above = y > 0 ? -width : 0;
    const below = y + 1 < height ? width : 0;
    for (let x = 0, q = y * width; x < width; x++, q++) {
      const a = plane[q + above] as number;
      const c = plane[q + below] as number;
      smooth[x] = a + 2 * (plane[q] as number) + c;
      slope[x] = c - a;
    }
    for (let x = 0; x < width; x++, p++) {
      const left = x > 0 ? x - 1 : x;
      const right = x + 1 < width ? x + 1 : x;
      const dx = (smooth[right] as number) - (smooth[left] as number);
      const dy = (slope[left] as number) + 2 * (slope[x] as number) + (slope[right] as number);
      out[p] = Math.sqrt(dx * dx + dy * dy) / 4;
    }
  }
  return out;
}
