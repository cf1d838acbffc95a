// A bilateral filter of the cells of pixel art, four cells at a time.
import { bytes } from './pointers';

/** Cells on each side that a cell is averaged with, as in `src/tensor/ops/bilateral.ts`. */
const REACH: i32 = 2;
/** Exponents of two below this make no difference. */
const LEAST: f32 = -100;

/** Cells from a row of a padded plane to the next; vectors are read and written up to three cells beyond a row. */
function strideOf(width: i32): i32 {
  return ((width + 3) & ~3) + 2 * REACH;
}

/**
 * Filters `x` `[height, width, 3]` to `out`. `opacity` `[height, width]` is 1 for cells that have a part and 0 for others; the address 0 means
 * that all have one. `sharpness` is a factor on the squared distance of two colours, in powers of two. `numbers` are those of
 * `cell-kernels.ts`: seven of the exponential, then the exponent by place of each of 24 neighbours, row by row. `planes` is scratch
 * memory of 4 · (height + 4) · (⌈width / 4⌉ · 4 + 4) floats that are 0.
 */
export function calm(
  x: usize,
  opacity: usize,
  out: usize,
  height: i32,
  width: i32,
  sharpness: f32,
  numbers: usize,
  planes: usize,
): void {
  const stride = strideOf(width);
  const plane = bytes((height + 2 * REACH) * stride);
  const line = bytes(stride);
  split(x, opacity, planes + bytes(REACH * stride + REACH), height, width, line, plane);
  const sharp = f32x4.splat(-sharpness);
  const least = f32x4.splat(LEAST);
  // Variables, because V8 builds a vector of a constant anew in every round of a loop.
  const whole = v128.load32_splat(numbers);
  const one = v128.load32_splat(numbers, 4);
  const exp1 = v128.load32_splat(numbers, 8);
  const exp2 = v128.load32_splat(numbers, 12);
  const exp3 = v128.load32_splat(numbers, 16);
  const exp4 = v128.load32_splat(numbers, 20);
  const exp5 = v128.load32_splat(numbers, 24);
  for (let y = 0; y < height; y++) {
    const top = planes + bytes(y * stride);
    for (let i = 0; i < width; i += 4) {
      let at = top + bytes(i);
      const own = at + bytes(REACH * stride + REACH);
      const r0 = v128.load(own);
      const g0 = v128.load(own + plane);
      const b0 = v128.load(own + 2 * plane);
      let total = one;
      let r = r0;
      let g = g0;
      let b = b0;
      let place = numbers + 28;
      for (let row = 0; row < 2 * REACH + 1; row++, at += line) {
        const end = at + bytes(2 * REACH + 1);
        for (let p = at; p < end; p += 4) {
          if (p === own) continue;
          const red = v128.load(p);
          const green = v128.load(p + plane);
          const blue = v128.load(p + 2 * plane);
          const dr = f32x4.sub(red, r0);
          const dg = f32x4.sub(green, g0);
          const db = f32x4.sub(blue, b0);
          const two = f32x4.relaxed_madd(dg, dg, f32x4.mul(dr, dr));
          const square = f32x4.relaxed_madd(db, db, two);
          const exponent = f32x4.relaxed_madd(square, sharp, v128.load32_splat(place));
          place += 4;
          // 2^v = 2^n · 2^f with n whole and f between −½ and ½.
          const v = f32x4.pmax(least, exponent);
          const n = f32x4.add(v, whole);
          const f = f32x4.sub(v, f32x4.sub(n, whole));
          let q = f32x4.relaxed_madd(f, exp5, exp4);
          q = f32x4.relaxed_madd(q, f, exp3);
          q = f32x4.relaxed_madd(q, f, exp2);
          q = f32x4.relaxed_madd(q, f, exp1);
          q = f32x4.relaxed_madd(q, f, one);
          const weight = f32x4.mul(i32x4.add(q, i32x4.shl(n, 23)), v128.load(p + 3 * plane));
          total = f32x4.add(total, weight);
          r = f32x4.relaxed_madd(weight, red, r);
          g = f32x4.relaxed_madd(weight, green, g);
          b = f32x4.relaxed_madd(weight, blue, b);
        }
      }
      const share = f32x4.div(one, total);
      out = storeCells(
        out,
        f32x4.mul(r, share),
        f32x4.mul(g, share),
        f32x4.mul(b, share),
        min(4, width - i),
      );
    }
  }
}

/** Copies the cells to planes of red, green, blue and opacity. */
function split(
  x: usize,
  opacity: usize,
  to: usize,
  height: i32,
  width: i32,
  line: usize,
  plane: usize,
): void {
  for (let y = 0; y < height; y++, to += line) {
    for (let i = 0; i < width; i++, x += 12) {
      const p = to + bytes(i);
      f32.store(p, f32.load(x));
      f32.store(p + plane, f32.load(x, 4));
      f32.store(p + 2 * plane, f32.load(x, 8));
      f32.store(p + 3 * plane, opacity > 0 ? f32.load(opacity + bytes(y * width + i)) : 1);
    }
  }
}

/** Writes the first `count` of four colours; returns the address behind them. */
function storeCells(to: usize, r: v128, g: v128, b: v128, count: i32): usize {
  let reds = r;
  let greens = g;
  let blues = b;
  for (let i = 0; i < count; i++, to += 12) {
    v128.store32_lane(to, reds, 0);
    v128.store32_lane(to, greens, 0, 4);
    v128.store32_lane(to, blues, 0, 8);
    reds = i8x16.shuffle(reds, reds, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3);
    greens = i8x16.shuffle(greens, greens, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3);
    blues = i8x16.shuffle(blues, blues, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3);
  }
  return to;
}
