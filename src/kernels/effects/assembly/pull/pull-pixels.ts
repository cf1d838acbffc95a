// A gradient step of a hybrid that is the last one: its result is written as pixels.
import { beginEnlarging, readyRows, rowAt, weightsAt } from '../enlarged';
import { LOWEST_BYTE, MOST, OPACITY, WHOLE } from '../lanes';
import { bytes } from '../pointers';
import { loadPart, storePart } from '../power-of';
import { pulledRow } from '../rough-powers';
import { moved } from './moved';

/**
 * As `pull` with `rough` 1, an exponent of 1.2 and three channels, but the result is packed pixels `[pixelHeight, pixelWidth]`, rounded to the nearest level, with
 * the alpha of those at `under`; what is beyond them is dropped. The width of x is a multiple of 4. `light` has room for a row.
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
  light: usize,
): void {
  const length = bytes(3 * width * coarse);
  beginEnlarging(scratch, coarse);
  for (let y = 0; y < pixelHeight; y++) {
    const second = readyRows(grid, y, height, width, 3, coarse, scratch);
    pulledRow(
      x,
      light,
      length,
      rowAt(second - 1, width, 3, coarse, scratch),
      rowAt(second, width, 3, coarse, scratch),
      rowAt(second + 1, width, 3, coarse, scratch),
      rowAt(second + 2, width, 3, coarse, scratch),
      weightsAt(y, coarse, scratch),
      least,
    );
    pixelRow(x, light, target, under, out, pixelWidth, keep, far, near, low, high);
    x += length;
    target += length;
    under += bytes(pixelWidth);
    out += bytes(pixelWidth);
  }
}

function pixelRow(
  x: usize,
  light: usize,
  target: usize,
  under: usize,
  out: usize,
  width: i32,
  keep: f32,
  far: f32,
  near: f32,
  low: f32,
  high: f32,
): void {
  const keep4 = f32x4.splat(keep);
  const far4 = f32x4.splat(far);
  const near4 = f32x4.splat(near);
  const low4 = f32x4.splat(low);
  const high4 = f32x4.splat(high);
  const most = MOST;
  const whole = WHOLE;
  const lowest = LOWEST_BYTE;
  const alpha = OPACITY;
  for (const end = out + bytes(width); out < end; out += 16, under += 16) {
    const a = level(x, light, target, keep4, far4, near4, low4, high4, most, whole, lowest);
    const b = level(
      x + 16,
      light + 16,
      target + 16,
      keep4,
      far4,
      near4,
      low4,
      high4,
      most,
      whole,
      lowest,
    );
    const c = level(
      x + 32,
      light + 32,
      target + 32,
      keep4,
      far4,
      near4,
      low4,
      high4,
      most,
      whole,
      lowest,
    );
    // Twelve levels, and four more that are replaced by the alpha.
    const packed = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, c));
    const four = i8x16.shuffle(packed, packed, 0, 1, 2, 0, 3, 4, 5, 0, 6, 7, 8, 0, 9, 10, 11, 0);
    if (out + 16 <= end) v128.store(out, v128.bitselect(v128.load(under), four, alpha));
    else storePart(out, v128.bitselect(loadPart(under, end - out), four, alpha), end - out);
    x += 48;
    light += 48;
    target += 48;
  }
}

/** Levels of four values, in the lowest byte of each lane. */
// @inline
function level(
  x: usize,
  light: usize,
  target: usize,
  keep: v128,
  far: v128,
  near: v128,
  low: v128,
  high: v128,
  most: v128,
  whole: v128,
  lowest: v128,
): v128 {
  const pulled = f32x4.mul(v128.load(light), far);
  const v = moved(v128.load(x), v128.load(target), pulled, keep, near, low, high);
  const kept = f32x4.pmin(most, f32x4.pmax(f32x4.splat(0), f32x4.mul(v, most)));
  return v128.and(f32x4.add(kept, whole), lowest);
}
