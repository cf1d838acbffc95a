// Medians over squares of pixels with 256 levels: for 16 pixels at a time, the bits of their medians are found one after the other.
import { bytes } from './pointers';

/** Levels are stored less 128, because comparisons of signed bytes are one instruction. */
const BIAS: i32 = 128;

/** Bytes from a row of the padded picture to the next; the loops read up to 16 bytes beyond a row. */
function strideOf(width: i32, reach: i32): i32 {
  return ((width + 15) & ~15) + 2 * reach + 16;
}

/**
 * Writes the median of each square of edge 2 · `reach` + 1 (5 or 7 pixels) of `x` `[height, width]` to `out`: values 0…1 in steps of
 * 1/255; the border is repeated outwards. `padded` is scratch memory for (height + 2 · reach) rows of ⌈width / 16⌉ · 16 + 2 · reach + 16 bytes.
 */
export function median(
  x: usize,
  padded: usize,
  out: usize,
  height: i32,
  width: i32,
  reach: i32,
): void {
  const stride = strideOf(width, reach);
  padLevels(x, padded, height, width, reach, stride);
  for (let y = 0; y < height; y++, out += bytes(width)) {
    const from = padded + <usize>(y * stride);
    for (let i = 0; i < width; i += 16) {
      const at = from + i;
      const levels = reach === 3 ? median7(at, stride) : median5(at, stride);
      writeLevels(levels, out + bytes(i), min(16, width - i));
    }
  }
}

function padLevels(
  x: usize,
  padded: usize,
  height: i32,
  width: i32,
  reach: i32,
  stride: i32,
): void {
  const first = padded + <usize>(reach * stride);
  for (let y = 0; y < height; y++) {
    const row = first + <usize>(y * stride);
    const begin = row + reach;
    let i = 0;
    for (; i + 4 <= width; i += 4, x += 16) v128.store32_lane(begin + i, levelsOf(v128.load(x)), 0);
    for (; i < width; i++, x += 4) v128.store8_lane(begin + i, levelsOf(v128.load32_zero(x)), 0);
    memory.fill(row, load<u8>(begin), reach);
    memory.fill(begin + width, load<u8>(begin + width - 1), stride - reach - width);
  }
  const last = first + <usize>((height - 1) * stride);
  for (let i = 1; i <= reach; i++) {
    memory.copy(first - <usize>(i * stride), first, stride);
    memory.copy(last + <usize>(i * stride), last, stride);
  }
}

/** The levels of four values, rounded half up, in the first four bytes. In doubles, so that the product is exact. */
function levelsOf(values: v128): v128 {
  const zero = f32x4.splat(0);
  const v = f32x4.pmin(f32x4.splat(1), f32x4.pmax(zero, values));
  const upper = i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
  const a = levels2(f64x2.promote_low_f32x4(v));
  const b = levels2(f64x2.promote_low_f32x4(upper));
  const packed = i8x16.shuffle(a, b, 0, 4, 16, 20, 0, 4, 16, 20, 0, 4, 16, 20, 0, 4, 16, 20);
  return i8x16.sub(packed, i8x16.splat(<i8>BIAS));
}

function levels2(values: v128): v128 {
  const scaled = f64x2.add(f64x2.mul(values, f64x2.splat(255)), f64x2.splat(0.5));
  return i32x4.trunc_sat_f64x2_u_zero(scaled);
}

/** Writes `count` of 16 levels as values. */
function writeLevels(levels: v128, out: usize, count: i32): void {
  const plain = i8x16.add(levels, i8x16.splat(<i8>BIAS));
  const low = i16x8.extend_low_i8x16_u(plain);
  const high = i16x8.extend_high_i8x16_u(plain);
  if (count === 16) {
    v128.store(out, valuesOf(i32x4.extend_low_i16x8_u(low)));
    v128.store(out, valuesOf(i32x4.extend_high_i16x8_u(low)), 16);
    v128.store(out, valuesOf(i32x4.extend_low_i16x8_u(high)), 32);
    v128.store(out, valuesOf(i32x4.extend_high_i16x8_u(high)), 48);
    return;
  }
  let quad = plain;
  for (let i = 0; i < count; i++, out += 4) {
    f32.store(out, <f32>i8x16.extract_lane_u(quad, 0) / 255);
    quad = i8x16.shuffle(quad, quad, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0);
  }
}

function valuesOf(levels: v128): v128 {
  return f32x4.div(f32x4.convert_i32x4_u(levels), f32x4.splat(255));
}

/** The greatest level of which at most 24 of 49 values are below it. */
function median7(at: usize, stride: i32): v128 {
  let found = i8x16.splat(<i8>-BIAS);
  let bit = found;
  for (let step = 0; step < 8; step++) {
    const tried = i8x16.add(found, bit);
    let below = i8x16.splat(0);
    const end = at + <usize>(7 * stride);
    for (let p = at; p < end; p += stride) {
      below = i8x16.add(below, i8x16.gt_s(tried, v128.load(p)));
      below = i8x16.add(below, i8x16.gt_s(tried, v128.load(p, 1)));
      below = i8x16.add(below, i8x16.gt_s(tried, v128.load(p, 2)));
      below = i8x16.add(below, i8x16.gt_s(tried, v128.load(p, 3)));
      below = i8x16.add(below, i8x16.gt_s(tried, v128.load(p, 4)));
      below = i8x16.add(below, i8x16.gt_s(tried, v128.load(p, 5)));
      below = i8x16.add(below, i8x16.gt_s(tried, v128.load(p, 6)));
    }
    // `below` is minus the count.
    found = v128.bitselect(found, tried, i8x16.gt_s(i8x16.splat(-24), below));
    bit = i8x16.shr_u(bit, 1);
  }
  return found;
}

/** The greatest level of which at most 12 of 25 values are below it. */
function median5(at: usize, stride: i32): v128 {
  let found = i8x16.splat(<i8>-BIAS);
  let bit = found;
  for (let step = 0; step < 8; step++) {
    const tried = i8x16.add(found, bit);
    let below = i8x16.splat(0);
    const end = at + <usize>(5 * stride);
    for (let p = at; p < end; p += stride) {
      below = i8x16.add(below, i8x16.gt_s(tried, v128.load(p)));
      below = i8x16.add(below, i8x16.gt_s(tried, v128.load(p, 1)));
      below = i8x16.add(below, i8x16.gt_s(tried, v128.load(p, 2)));
      below = i8x16.add(below, i8x16.gt_s(tried, v128.load(p, 3)));
      below = i8x16.add(below, i8x16.gt_s(tried, v128.load(p, 4)));
    }
    found = v128.bitselect(found, tried, i8x16.gt_s(i8x16.splat(-12), below));
    bit = i8x16.shr_u(bit, 1);
  }
  return found;
}
