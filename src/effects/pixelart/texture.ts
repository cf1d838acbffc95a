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
  // Squares whose middle is outside do not count.
  const stride = width + 2 * STEP;
  const padded = new Float32Array(stride * (height + 2 * STEP)).fill(Number.POSITIVE_INFINITY);
  for (let y = 0; y < height; y++) {
    padded.set(spread.subarray(y * width, (y + 1) * width), (y + STEP) * stride + STEP);
  }
  const texture = new Float32Array(luma.length);
  for (let y = 0, p = 0; y < height; y++) {
    let above = y * stride;
    let here = above + STEP * stride;
    let below = here + STEP * stride;
    for (let x = 0; x < width; x++, p++, above++, here++, below++) {
      const least = Math.min(
        padded[above]!,
        padded[above + STEP]!,
        padded[above + 2 * STEP]!,
        padded[here]!,
        padded[here + 2 * STEP]!,
        padded[below]!,
        padded[below + STEP]!,
        padded[below + 2 * STEP]!,
      );
      texture[p] = least === Number.POSITIVE_INFINITY ? 0 : least;
    }
  }
  return texture;
}

/** Standard deviation in the square of 3×3 cells around each cell. */
function spreadOf(luma: Float32Array, { width, height }: Size): Float32Array {
  const sums = new Float64Array(luma.length);
  const squares = new Float64Array(luma.length);
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      const left = x > 0 ? luma[p - 1]! : 0;
      const here = luma[p]!;
      const right = x + 1 < width ? luma[p + 1]! : 0;
      sums[p] = left + here + right;
      squares[p] = left * left + here * here + right * right;
    }
  }
  const spread = new Float32Array(luma.length);
  for (let y = 0, p = 0; y < height; y++) {
    const [above, below] = [y > 0 ? width : 0, y + 1 < height ? width : 0];
    const rows = 1 + Number(above > 0) + Number(below > 0);
    for (let x = 0; x < width; x++, p++) {
      let sum = sums[p]!;
      let square = squares[p]!;
      if (above > 0) {
        sum += sums[p - above]!;
        square += squares[p - above]!;
      }
      if (below > 0) {
        sum += sums[p + below]!;
        square += squares[p + below]!;
      }
      const count = rows * (1 + Number(x > 0) + Number(x + 1 < width));
      const mean = sum / count;
      spread[p] = Math.sqrt(Math.max(0, square / count - mean * mean));
    }
  }
  return spread;
}

/** 0 up to `from`, 1 beyond `to`, smooth between them. */
export function rise(value: number, from: number, to: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
