// Enlarges a small picture along the edges of a large one of the same scene (after He & Sun 2015, "Fast Guided Filter").
import type { Size } from '../../src/image.ts';
import { boxMean, keptRows, type RowOf } from '../../src/tensor/filter/box-mean.ts';

/** A small picture, three values a pixel, and its guide, one value a pixel. */
export type Guided = Size & { colours: Float32Array; guide: Float32Array };

// Pixels to each side over which differences from the mean are taken, and over which their products are averaged: of two edges
// nearby the stronger one determines the slope, and flat parts do not count.
const RADIUS = 1;
// Variance of the guide below which it is texture rather than an edge (both of coded values 0…1).
const TEXTURE = 0.004;

/** Values of a pixel while rows are enlarged: three colours, the guide, three slopes. */
const VALUES = 7;

/**
 * Rows of the enlarged picture, three values a pixel, from the first to the last; each is there until the next call. Where the guide
 * has edges that the small picture has as well, it gets what the small guide lost of them; elsewhere it is enlarged by cubics
 * (Catmull & Rom 1974). Unlike the guided filter itself, which keeps of a picture what is linear in the guide, this loses no stroke
 * that the guide lacks. `guideRow` is the large guide's row, of `to.width` values.
 */
export function guidedUpsampling(
  small: Guided,
  to: Size,
): (y: number, guideRow: Float32Array) => Float32Array {
  const { width, height } = small;
  const columns = placesOf(width, to.width);
  const rows = placesOf(height, to.height);
  const slopes = slopesOf(small);
  // A pixel more at the left and two at the right, so that every place has four neighbours.
  const sum = new Float32Array(VALUES * (width + 3));
  const out = new Float32Array(3 * to.width);
  return (y, guideRow) => {
    const first = rows.first[y]!;
    sum.fill(0);
    for (let k = 0; k < 4; k++) {
      const row = Math.min(height - 1, Math.max(0, first + k - 1));
      addRow(small, row, rows.cubic[4 * y + k]!, sum);
    }
    const share = rows.share[y]!;
    mixSlopes(slopes(first), slopes(Math.min(height - 1, first + 1)), share, sum);
    repeatEnds(sum);
    enlargeRow(sum, columns, guideRow, out);
    return out;
  };
}

function addRow(
  { width, colours, guide }: Guided,
  y: number,
  weight: number,
  sum: Float32Array,
): void {
  for (let p = y * width, i = 3 * p, o = VALUES; p < (y + 1) * width; p++, i += 3, o += VALUES) {
    sum[o]! += weight * colours[i]!;
    sum[o + 1]! += weight * colours[i + 1]!;
    sum[o + 2]! += weight * colours[i + 2]!;
    sum[o + 3]! += weight * guide[p]!;
  }
}

function mixSlopes(
  upper: Float32Array,
  lower: Float32Array,
  share: number,
  sum: Float32Array,
): void {
  for (let i = 0, o = VALUES + 4; i < upper.length; i += 3, o += VALUES) {
    for (let c = 0; c < 3; c++)
      sum[o + c] = upper[i + c]! + share * (lower[i + c]! - upper[i + c]!);
  }
}

function repeatEnds(sum: Float32Array): void {
  const last = sum.length - 3 * VALUES;
  sum.copyWithin(0, VALUES, 2 * VALUES);
  sum.copyWithin(last + VALUES, last, last + VALUES);
  sum.copyWithin(last + 2 * VALUES, last, last + VALUES);
}

// Unrolled, because it runs for each pixel of the result.
function enlargeRow(
  sum: Float32Array,
  { first, cubic, share }: Places,
  guideRow: Float32Array,
  out: Float32Array,
): void {
  for (let x = 0, k = 0, o = 0; o < out.length; x++, k += 4, o += 3) {
    const w0 = cubic[k]!;
    const w1 = cubic[k + 1]!;
    const w2 = cubic[k + 2]!;
    const w3 = cubic[k + 3]!;
    const i = VALUES * first[x]!;
    const j = i + VALUES;
    const l = j + VALUES;
    const m = l + VALUES;
    const guide = w0 * sum[i + 3]! + w1 * sum[j + 3]! + w2 * sum[l + 3]! + w3 * sum[m + 3]!;
    const lost = guideRow[x]! - guide;
    const right = lost * share[x]!;
    const left = lost - right;
    out[o] =
      w0 * sum[i]! +
      w1 * sum[j]! +
      w2 * sum[l]! +
      w3 * sum[m]! +
      left * sum[j + 4]! +
      right * sum[l + 4]!;
    out[o + 1] =
      w0 * sum[i + 1]! +
      w1 * sum[j + 1]! +
      w2 * sum[l + 1]! +
      w3 * sum[m + 1]! +
      left * sum[j + 5]! +
      right * sum[l + 5]!;
    out[o + 2] =
      w0 * sum[i + 2]! +
      w1 * sum[j + 2]! +
      w2 * sum[l + 2]! +
      w3 * sum[m + 2]! +
      left * sum[j + 6]! +
      right * sum[l + 6]!;
  }
}

/** How the three colours change with the guide around each pixel. */
function slopesOf({ width, height, colours, guide }: Guided): RowOf {
  const size = { width, height, radius: RADIUS };
  const kept = 2 * RADIUS + 1;
  const moments = keptRows({ length: 8 * width, count: kept }, (y, out) => {
    for (let x = 0, p = y * width, i = 3 * p, o = 0; x < width; x++, p++, i += 3, o += 8) {
      const v = guide[p]!;
      out[o] = v;
      out[o + 1] = v * v;
      for (let c = 0; c < 3; c++) {
        out[o + 2 + c] = colours[i + c]!;
        out[o + 5 + c] = v * colours[i + c]!;
      }
    }
  });
  const meanOf = boxMean(moments, { ...size, channels: 8 });
  const mean = new Float32Array(8 * width);
  const together = keptRows({ length: 4 * width, count: kept }, (y, out) => {
    meanOf(y, mean);
    for (let i = 0, o = 0; o < out.length; i += 8, o += 4) {
      const v = mean[i]!;
      out[o] = mean[i + 1]! - v * v;
      for (let c = 0; c < 3; c++) out[o + 1 + c] = mean[i + 5 + c]! - v * mean[i + 2 + c]!;
    }
  });
  const smoothed = boxMean(together, { ...size, channels: 4 });
  const sums = new Float32Array(4 * width);
  return keptRows({ length: 3 * width, count: 2 }, (y, out) => {
    smoothed(y, sums);
    for (let i = 0, o = 0; o < out.length; i += 4, o += 3) {
      const spread = sums[i]! + TEXTURE;
      for (let c = 0; c < 3; c++) out[o + c] = sums[i + 1 + c]! / spread;
    }
  });
}

/** For each of `to` places the sample before it, the weights of the four around it, and the share of the one after it where there are two. */
type Places = { first: Int32Array; cubic: Float32Array; share: Float32Array };

function placesOf(from: number, to: number): Places {
  const first = new Int32Array(to);
  const share = new Float32Array(to);
  const cubic = new Float32Array(4 * to);
  for (let i = 0; i < to; i++) {
    const place = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    const t = place - Math.floor(place);
    first[i] = Math.floor(place);
    share[i] = t;
    cubic.set(catmullRom(t), 4 * i);
  }
  return { first, cubic, share };
}

/** Weights of the samples at −1, 0, 1 and 2 for the value at `t`, 0…1. */
const catmullRom = (t: number): number[] => [
  (t * (t * (2 - t) - 1)) / 2,
  (t * t * (3 * t - 5) + 2) / 2,
  (t * (t * (4 - 3 * t) + 1)) / 2,
  (t * t * (t - 1)) / 2,
];
