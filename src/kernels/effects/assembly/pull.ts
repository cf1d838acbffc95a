// A gradient step of a hybrid, or its gradient alone, in one pass over the picture.
import { bytes } from './pointers';
import { loadPart, powers, storePart } from './power-of';
import { between, firstRow, placeOf, stretch } from './stretch';

/**
 * `out` = `keep` · x + `far` · x^exponent · s + `near` · (x − target), clipped to `low` … `high`, where s is `grid` `[height, width, channels]`
 * enlarged `coarse` times. x is at least `least` in the power. `scratch` has
 * room for four enlarged rows with 8 values and two pixels more.
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
  keep: f32,
  far: f32,
  near: f32,
  low: f32,
  high: f32,
  scratch: usize,
): void {
  const length = width * coarse * channels;
  const room = bytes(length + 8 + 2 * channels);
  const padded = scratch + 2 * room;
  const light = scratch + 3 * room;
  let upper = scratch;
  let lower = scratch;
  stretch(grid, lower, width, channels, coarse, padded);
  for (let j = -1; j < height; j++) {
    const next = j + 1;
    if (next > 0 && next < height) {
      lower = upper === scratch ? scratch + room : scratch;
      stretch(grid + bytes(next * width * channels), lower, width, channels, coarse, padded);
    }
    const end = min(firstRow(next, coarse), height * coarse);
    for (let y = max(firstRow(j, coarse), 0); y < end; y++) {
      const place = placeOf(y, j, coarse);
      powers(x, light, length, exponent, least);
      pullRow(x, light, target, upper, lower, out, length, place, keep, far, near, low, high);
      x += bytes(length);
      target += bytes(length);
      out += bytes(length);
    }
    upper = lower;
  }
}

function pullRow(
  x: usize,
  light: usize,
  target: usize,
  upper: usize,
  lower: usize,
  out: usize,
  length: i32,
  place: f32,
  keep: f32,
  far: f32,
  near: f32,
  low: f32,
  high: f32,
): void {
  const share = f32x4.splat(place);
  const keep4 = f32x4.splat(keep);
  const far4 = f32x4.splat(far);
  const near4 = f32x4.splat(near);
  const low4 = f32x4.splat(low);
  const high4 = f32x4.splat(high);
  const end = x + bytes(length);
  for (; x < end; x += 16, light += 16, target += 16, upper += 16, lower += 16, out += 16) {
    const isWhole = x + 16 <= end;
    const rest = end - x;
    const v = isWhole ? v128.load(x) : loadPart(x, rest);
    const t = isWhole ? v128.load(target) : loadPart(target, rest);
    // The scratch rows have spare room behind them.
    const s = between(v128.load(upper), v128.load(lower), share);
    const pulled = f32x4.mul(f32x4.mul(v128.load(light), s), far4);
    const pushed = f32x4.mul(f32x4.sub(v, t), near4);
    const sum = f32x4.add(f32x4.add(f32x4.mul(v, keep4), pulled), pushed);
    const kept = f32x4.pmin(high4, f32x4.pmax(low4, sum));
    if (isWhole) v128.store(out, kept);
    else storePart(out, kept, rest);
  }
}
