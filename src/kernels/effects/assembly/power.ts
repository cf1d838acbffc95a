// Powers of whole pictures.
import { bytes } from './pointers';
import { powerOf } from './power-of';

/** `out` = max(x, least) to the power of `exponent`, for `count` values. */
export function power(x: usize, out: usize, count: i32, exponent: f32, least: f32): void {
  const by = f32x4.splat(exponent);
  const low = f32x4.splat(least);
  const end = x + bytes(count);
  for (; x + 16 <= end; x += 16, out += 16) {
    v128.store(out, powerOf(f32x4.pmax(low, v128.load(x)), by));
  }
  for (; x < end; x += 4, out += 4) {
    v128.store32_lane(out, powerOf(f32x4.pmax(low, v128.load32_zero(x)), by), 0);
  }
}

/** `out` = (z − goal) · z / y for `count` values, with y at least `least` and z = y to the power of `exponent`. */
export function rootSlope(
  y: usize,
  goal: usize,
  out: usize,
  count: i32,
  exponent: f32,
  least: f32,
): void {
  const by = f32x4.splat(exponent);
  const low = f32x4.splat(least);
  const end = y + bytes(count);
  for (; y + 16 <= end; y += 16, goal += 16, out += 16) {
    v128.store(out, slopeOf(f32x4.pmax(low, v128.load(y)), v128.load(goal), by));
  }
  for (; y < end; y += 4, goal += 4, out += 4) {
    const v = f32x4.pmax(low, v128.load32_zero(y));
    v128.store32_lane(out, slopeOf(v, v128.load32_zero(goal), by), 0);
  }
}

@inline
function slopeOf(y: v128, goal: v128, exponent: v128): v128 {
  const z = powerOf(y, exponent);
  return f32x4.div(f32x4.mul(f32x4.sub(z, goal), z), y);
}
