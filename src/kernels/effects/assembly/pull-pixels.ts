// A gradient step of a hybrid that is the last one: its result is written as pixels.
import { beginEnlarging, between, readyRows, rowAt, weightsAt } from './enlarged';
import { LOWEST_BYTE, OPACITY, WHOLE } from './lanes';
import { bytes } from './pointers';
import { loadPart, storePart } from './power-of';
import { C0, C1, C2, C3, rough } from './rough-powers';

/**
 * As `pull` with `rough` 1, an exponent of 1.2 and three channels, but the result is packed pixels `[pixelHeight, pixelWidth]`, rounded to the nearest level, with
 * the alpha of those at `under`; what is beyond them is dropped. The width of x is a multiple of 4; `low` … `high` is within 0…1.
 */
export function pullPixels(
  x: usize,
  target: usize,
  grid: usize,
  under: usize,
  out: usize,
  pixelHeight: i32,
  pixelWidth: i32,
  height: i32,
  width: i32,
  coarse: i32,
  least: f32,
  keep: f32,
  far: f32,
  near: f32,
  low: f32,
  high: f32,
  scratch: usize,
): void {
  const length = bytes(3 * width * coarse);
  // The first step may begin at the target, whose term is then 0.
  const apart = target - x;
  const kept = apart === 0 ? keep : keep + near;
  beginEnlarging(scratch, coarse);
  for (let y = 0; y < pixelHeight; y++) {
    const second = readyRows(grid, y, height, width, 3, coarse, scratch);
    pixelRow(
      x,
      apart,
      under,
      out,
      pixelWidth,
      rowAt(second - 1, width, 3, coarse, scratch),
      rowAt(second, width, 3, coarse, scratch),
      rowAt(second + 1, width, 3, coarse, scratch),
      rowAt(second + 2, width, 3, coarse, scratch),
      weightsAt(y, coarse, scratch),
      least,
      kept,
      far,
      near,
      low,
      high,
    );
    x += length;
    under += bytes(pixelWidth);
    out += bytes(pixelWidth);
  }
}

/** A row of pixels, from that of x, of the target `apart` bytes behind it unless that is 0, and of the grid between four others. */
function pixelRow(
  x: usize,
  apart: usize,
  under: usize,
  out: usize,
  width: i32,
  a: usize,
  b: usize,
  c: usize,
  d: usize,
  weights: usize,
  least: f32,
  keep: f32,
  far: f32,
  near: f32,
  low: f32,
  high: f32,
): void {
  // All factors are those of levels.
  const keep4 = f32x4.splat(255 * keep);
  const near4 = f32x4.splat(255 * near);
  const low4 = f32x4.splat(255 * low);
  const high4 = f32x4.splat(255 * high);
  const far4 = f32x4.splat(255 * far);
  const w0 = f32x4.mul(v128.load32_splat(weights), far4);
  const w1 = f32x4.mul(v128.load32_splat(weights, 4), far4);
  const w2 = f32x4.mul(v128.load32_splat(weights, 8), far4);
  const w3 = f32x4.mul(v128.load32_splat(weights, 12), far4);
  const least4 = f32x4.splat(least);
  const c0 = C0;
  const c1 = C1;
  const c2 = C2;
  const c3 = C3;
  const whole = WHOLE;
  const lowest = LOWEST_BYTE;
  const alpha = OPACITY;
  for (const end = out + bytes(width); out < end; out += 16, under += 16) {
    let p = whole;
    let q = whole;
    let r = whole;
    for (let i: usize = 0; i < 48; i += 16) {
      const v = v128.load(x + i);
      const light = rough(f32x4.pmax(least4, v), false, c0, c1, c2, c3);
      const slope = between(a + i, b + i, c + i, d + i, w0, w1, w2, w3);
      let sum = f32x4.add(f32x4.mul(v, keep4), f32x4.mul(light, slope));
      if (apart !== 0) sum = f32x4.sub(sum, f32x4.mul(v128.load(x + i + apart), near4));
      p = q;
      q = r;
      r = f32x4.add(f32x4.pmin(high4, f32x4.pmax(low4, sum)), whole);
    }
    p = v128.and(p, lowest);
    q = v128.and(q, lowest);
    r = v128.and(r, lowest);
    // Twelve levels, and four more that are replaced by the alpha.
    const packed = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(p, q), i16x8.narrow_i32x4_s(r, r));
    const four = i8x16.shuffle(packed, packed, 0, 1, 2, 0, 3, 4, 5, 0, 6, 7, 8, 0, 9, 10, 11, 0);
    if (out + 16 <= end) v128.store(out, v128.bitselect(v128.load(under), four, alpha));
    else storePart(out, v128.bitselect(loadPart(under, end - out), four, alpha), end - out);
    x += 48;
    a += 48;
    b += 48;
    c += 48;
    d += 48;
  }
}
