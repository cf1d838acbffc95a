// Adds a coarse grid, enlarged linearly, to a picture.
import { bytes } from './pointers';
import { between, firstRow, placeOf, stretch } from './stretch';

/**
 * `out` = `base` + `factor` · (`grid` `[height, width, channels]`, enlarged `coarse` times); without `base` (address 0) only the second
 * part. `scratch` has room for three enlarged rows with 8 values and two pixels more.
 */
export function spread(
  grid: usize,
  base: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  coarse: i32,
  factor: f32,
  scratch: usize,
): void {
  const length = width * coarse * channels;
  const room = bytes(length + 8 + 2 * channels);
  const padded = scratch + 2 * room;
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
    for (let y = max(firstRow(j, coarse), 0); y < end; y++, out += bytes(length)) {
      addRow(upper, lower, base, out, length, placeOf(y, j, coarse), factor);
      if (base !== 0) base += bytes(length);
    }
    upper = lower;
  }
}

function addRow(
  upper: usize,
  lower: usize,
  base: usize,
  out: usize,
  length: i32,
  place: f32,
  factor: f32,
): void {
  const share = f32x4.splat(place);
  const by = f32x4.splat(factor);
  const end = out + bytes(length);
  if (base === 0) {
    for (; out + 16 <= end; out += 16, upper += 16, lower += 16) {
      v128.store(out, f32x4.mul(between(v128.load(upper), v128.load(lower), share), by));
    }
    for (; out < end; out += 4, upper += 4, lower += 4) {
      const v = between(v128.load32_zero(upper), v128.load32_zero(lower), share);
      v128.store32_lane(out, f32x4.mul(v, by), 0);
    }
    return;
  }
  for (; out + 16 <= end; out += 16, upper += 16, lower += 16, base += 16) {
    const v = between(v128.load(upper), v128.load(lower), share);
    v128.store(out, f32x4.add(v128.load(base), f32x4.mul(v, by)));
  }
  for (; out < end; out += 4, upper += 4, lower += 4, base += 4) {
    const v = between(v128.load32_zero(upper), v128.load32_zero(lower), share);
    v128.store32_lane(out, f32x4.add(v128.load32_zero(base), f32x4.mul(v, by)), 0);
  }
}
