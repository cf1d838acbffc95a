// Single rows of a coarse grid that is enlarged by cubics between the middles of its squares. Rows are asked for from top to bottom.
import { bytes } from './pointers';

/** Offset of the weights: in front of them is the number of the grid's row that each of the four slots holds. */
const WEIGHTS: usize = 16;
/** Number of no row. */
const NONE: i32 = -1000;
/** Pixels that are added to a row at either end. */
const BESIDE: i32 = 2;

/** Bytes of an enlarged row. Four pixels of a row of one channel are enlarged at a time, and vectors are written whole. */
// @inline
function roomOf(width: i32, channels: i32, coarse: i32): usize {
  return bytes(((width + 4) * coarse * channels + 16) & -4);
}

// @inline
function rowsOf(scratch: usize, coarse: i32): usize {
  return scratch + WEIGHTS + bytes(4 * coarse);
}

/** What a cubic through four points has more of the outer ones than one that keeps parabolas: it suits a Gaussian's result. */
const SHARPER: f32 = 3.0 / 64.0;

/**
 * Prepares `scratch`, which has room for 4 · (`coarse` + 1) values, five enlarged rows (`roomOf`), and a row of the grid with four pixels and
 * 8 values more.
 */
export function beginEnlarging(scratch: usize, coarse: i32): void {
  v128.store(scratch, i32x4.splat(NONE));
  let at = scratch + WEIGHTS;
  for (let k = 0; k < coarse; k++, at += 16) {
    // How far the place is behind the second of four points.
    const middle = (<f32>k + 0.5) / <f32>coarse - 0.5;
    const t: f32 = middle < 0 ? middle + 1 : middle;
    const both = t * (1 - t);
    const first = -both * (0.5 * (1 - t) + SHARPER);
    const last = -both * (0.5 * t + SHARPER);
    f32.store(at, first);
    f32.store(at, 1 - t - 2 * first + last, 4);
    f32.store(at, t + first - 2 * last, 8);
    f32.store(at, last, 12);
  }
}

/** Writes row `y` of `grid` `[height, width, channels]`, enlarged `coarse` times, to `scratch` and returns its address. 4 values may be read behind it. */
export function enlargedRow(
  grid: usize,
  y: i32,
  height: i32,
  width: i32,
  channels: i32,
  coarse: i32,
  scratch: usize,
): usize {
  const room = roomOf(width, channels, coarse);
  const out = rowsOf(scratch, coarse) + 4 * room;
  const length = bytes(width * coarse * channels);
  if (coarse === 1) {
    memory.copy(out, grid + length * <usize>y, length);
    return out;
  }
  const second = readyRows(grid, y, height, width, channels, coarse, scratch);
  const a = rowAt(second - 1, width, channels, coarse, scratch);
  const b = rowAt(second, width, channels, coarse, scratch);
  const c = rowAt(second + 1, width, channels, coarse, scratch);
  const d = rowAt(second + 2, width, channels, coarse, scratch);
  const weights = weightsAt(y, coarse, scratch);
  const w0 = v128.load32_splat(weights);
  const w1 = v128.load32_splat(weights, 4);
  const w2 = v128.load32_splat(weights, 8);
  const w3 = v128.load32_splat(weights, 12);
  for (let i: usize = 0; i < length; i += 16) {
    v128.store(out + i, between(a + i, b + i, c + i, d + i, w0, w1, w2, w3));
  }
  return out;
}

/** Values between four rows. */
// @inline
export function between(
  a: usize,
  b: usize,
  c: usize,
  d: usize,
  w0: v128,
  w1: v128,
  w2: v128,
  w3: v128,
): v128 {
  const inner = f32x4.add(f32x4.mul(v128.load(b), w1), f32x4.mul(v128.load(c), w2));
  return f32x4.add(inner, f32x4.add(f32x4.mul(v128.load(a), w0), f32x4.mul(v128.load(d), w3)));
}

/**
 * Enlarges the four rows of the grid around row `y` to both sides, as far as they are not kept, and returns the number of the second: the one
 * whose middle is not below that of row `y`. The first has the number before. `rowAt` has their addresses.
 */
export function readyRows(
  grid: usize,
  y: i32,
  height: i32,
  width: i32,
  channels: i32,
  coarse: i32,
  scratch: usize,
): i32 {
  const k = y % coarse;
  const second = y / coarse - (2 * k + 1 < coarse ? 1 : 0);
  for (let j = second - 1; j <= second + 2; j++) {
    stretched(grid, j, height, width, channels, coarse, scratch);
  }
  return second;
}

/** Address of row `j` of the grid, enlarged to both sides. */
// @inline
export function rowAt(j: i32, width: i32, channels: i32, coarse: i32, scratch: usize): usize {
  return rowsOf(scratch, coarse) + <usize>(j & 3) * roomOf(width, channels, coarse);
}

/** Address of the four rows' weights. */
// @inline
export function weightsAt(y: i32, coarse: i32, scratch: usize): usize {
  return scratch + WEIGHTS + bytes(4 * (y % coarse));
}

/**
 * Enlarges row `j` of the grid to both sides; four neighbouring rows are kept. Outside, the grid goes on as it is inside, turned by half
 * a turn around its outermost samples.
 */
function stretched(
  grid: usize,
  j: i32,
  height: i32,
  width: i32,
  channels: i32,
  coarse: i32,
  scratch: usize,
): void {
  const slot = <usize>(j & 3);
  if (i32.load(scratch + 4 * slot) === j) return;
  const room = roomOf(width, channels, coarse);
  const rows = rowsOf(scratch, coarse);
  const row = rows + slot * room;
  const nearest = max(0, min(height - 1, j));
  const opposite = max(0, min(height - 1, 2 * nearest - j));
  const length = bytes(width * channels);
  const padded = rows + 5 * room;
  turned(
    grid + length * <usize>nearest,
    grid + length * <usize>opposite,
    padded + bytes(BESIDE * channels),
    length,
  );
  stretch(row, width, channels, coarse, scratch + WEIGHTS, padded);
  i32.store(scratch + 4 * slot, j);
}

/** Writes 2 · middle − opposite: what is as far on the other side of the middle. */
function turned(middle: usize, opposite: usize, out: usize, length: usize): void {
  if (middle === opposite) {
    memory.copy(out, middle, length);
    return;
  }
  for (let i: usize = 0; i < length; i += 4) {
    f32.store(out + i, 2 * f32.load(middle + i) - f32.load(opposite + i));
  }
}

/** Enlarges a row of `width` pixels, which is in `padded` behind room for two pixels; behind it there is as much and 8 values. */
function stretch(
  out: usize,
  width: i32,
  channels: i32,
  coarse: i32,
  weights: usize,
  padded: usize,
): void {
  const pixel = bytes(channels);
  const length = pixel * <usize>width;
  const first = padded + pixel * BESIDE;
  const last = first + length - pixel;
  for (let k = 1; k <= BESIDE; k++) {
    const inside = pixel * <usize>min(k, width - 1);
    turned(first, first + inside, first - pixel * <usize>k, pixel);
    turned(last, last - inside, last + pixel * <usize>k, pixel);
  }
  if (channels === 1) {
    stretchValues(padded, out, width, coarse, weights);
    return;
  }
  for (const end = padded + length; padded < end; padded += pixel) {
    for (let k = 0, w = weights; k < coarse; k++, w += 16, out += pixel) {
      // A pixel's store may write beyond it, which the next one overwrites.
      v128.store(out, cubic(padded + (2 * k + 1 < coarse ? 0 : pixel), pixel, w));
    }
  }
}

/** The same for one channel, four values of the row at a time. */
function stretchValues(padded: usize, out: usize, width: i32, coarse: i32, weights: usize): void {
  const step = bytes(coarse);
  for (let k = 0; k < coarse; k++, weights += 16, out += 4) {
    let from = padded + (2 * k + 1 < coarse ? 0 : 4);
    let to = out;
    for (const end = from + bytes(width); from < end; from += 16) {
      const four = cubic(from, 4, weights);
      v128.store32_lane(to, four, 0);
      v128.store32_lane(to + step, four, 1);
      v128.store32_lane(to + 2 * step, four, 2);
      v128.store32_lane(to + 3 * step, four, 3);
      to += 4 * step;
    }
  }
}

/** Weighted sum of four pixels that follow each other. */
// @inline
function cubic(at: usize, pixel: usize, weights: usize): v128 {
  const w0 = v128.load32_splat(weights);
  const w1 = v128.load32_splat(weights, 4);
  const w2 = v128.load32_splat(weights, 8);
  const w3 = v128.load32_splat(weights, 12);
  const inner = f32x4.add(
    f32x4.mul(v128.load(at + pixel), w1),
    f32x4.mul(v128.load(at + 2 * pixel), w2),
  );
  const outer = f32x4.add(f32x4.mul(v128.load(at), w0), f32x4.mul(v128.load(at + 3 * pixel), w3));
  return f32x4.add(inner, outer);
}
