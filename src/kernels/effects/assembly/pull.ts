// A gradient step of a hybrid, or its gradient alone, in one pass over the picture.
import { beginEnlarging, enlargedRow } from './enlarged';
import { bytes } from './pointers';
import { loadPart, storePart } from './power-of';
import { anyPowers } from './rough-powers';

/**
 * `out` = `keep` · x + `far` · x^exponent · s + `near` · (x − target), clipped to `low` … `high`, where s is `grid` `[height, width, channels]`
 * enlarged `coarse` times. x is at least `least` in the power; `rough` is as in `anyPowers`. `scratch` is that of `enlarged.ts`; `light` has room for a row.
 */
export function pull(
  x: usize,
  target: usize,
  grid: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  coarse: i32,
  exponent: f32,
  least: f32,
  rough: i32,
  keep: f32,
  far: f32,
  near: f32,
  low: f32,
  high: f32,
  scratch: usize,
  light: usize,
): void {
  const length = width * coarse * channels;
  beginEnlarging(scratch, coarse);
  for (let y = 0; y < height * coarse; y++) {
    const slope = enlargedRow(grid, y, height, width, channels, coarse, scratch);
    anyPowers(x, light, length, exponent, least, rough);
    pullRow(x, light, target, slope, out, length, keep, far, near, low, high);
    x += bytes(length);
    target += bytes(length);
    out += bytes(length);
  }
}

function pullRow(
  x: usize,
  light: usize,
  target: usize,
  slope: usize,
  out: usize,
  length: i32,
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
  const end = x + bytes(length);
  // The scratch rows have spare room behind them.
  for (; x + 16 <= end; x += 16, light += 16, target += 16, slope += 16, out += 16) {
    const pulled = f32x4.mul(f32x4.mul(v128.load(light), v128.load(slope)), far4);
    const v = v128.load(x);
    v128.store(out, moved(v, v128.load(target), pulled, keep4, near4, low4, high4));
  }
  if (x === end) return;
  const rest = end - x;
  const pulled = f32x4.mul(f32x4.mul(v128.load(light), v128.load(slope)), far4);
  const v = loadPart(x, rest);
  storePart(out, moved(v, loadPart(target, rest), pulled, keep4, near4, low4, high4), rest);
}

/** Four values of x after a step: `keep` · x + `pulled` + `near` · (x − target), clipped to `low` … `high`. */
// @inline
function moved(
  x: v128,
  target: v128,
  pulled: v128,
  keep: v128,
  near: v128,
  low: v128,
  high: v128,
): v128 {
  const pushed = f32x4.mul(f32x4.sub(x, target), near);
  const sum = f32x4.add(f32x4.add(f32x4.mul(x, keep), pulled), pushed);
  return f32x4.pmin(high, f32x4.pmax(low, sum));
}
