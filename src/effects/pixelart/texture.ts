// Where cells lie in a texture, such as leaves, stones or a fence, and not at a contour or in a calm area.
import type { Size } from '../../image.ts';

/** Cells between a cell and the middles of the squares around it. */
const STEP = 2;

/**
 * For each cell the least standard deviation of `luma` in eight squares of 3×3 cells around it: that of one side of a contour, or of
 * what surrounds a small feature, is near 0. Squares end at the borders.
 */
export function textureOf(luma: Float32Array, { width, height }: Size): Float32Array {
  const spread = spreadOf(luma, { width, height });
  const texture = new Float32Array(luma.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let least = Number.POSITIVE_INFINITY;
      for (let j = y - STEP; j <= y + STEP; j += STEP) {
        if (j < 0 || j >= height) continue;
        for (let i = x - STEP; i <= x + STEP; i += STEP) {
          if (i < 0 || i >= width || (i === x && j === y)) continue;
          least = Math.min(least, spread[j * width + i]!);
        }
      }
      texture[y * width + x] = least === Number.POSITIVE_INFINITY ? 0 : least;
    }
  }
  return texture;
}

/** Standard deviation in the square of 3×3 cells around each cell. */
function spreadOf(luma: Float32Array, { width, height }: Size): Float32Array {
  const spread = new Float32Array(luma.length);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - 1), Math.min(height - 1, y + 1)];
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(0, x - 1), Math.min(width - 1, x + 1)];
      let sum = 0;
      let squares = 0;
      for (let j = top; j <= bottom; j++) {
        for (let p = j * width + left; p <= j * width + right; p++) {
          sum += luma[p]!;
          squares += luma[p]! * luma[p]!;
        }
      }
      const count = (bottom - top + 1) * (right - left + 1);
      const mean = sum / count;
      spread[y * width + x] = Math.sqrt(Math.max(0, squares / count - mean * mean));
    }
  }
  return spread;
}

/** 0 up to `from`, 1 beyond `to`, smooth between them. */
export function rise(value: number, from: number, to: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
