// Powers of whole pictures.
import { bytes } from './pointers';
import { loadPart, powers, storePart, touch } from './power-of';
import { keepCoefficients } from './rough-powers';

/** `out` = max(x, least) to the power of `exponent`, for `count` values. */
export function power(x: usize, out: usize, count: i32, exponent: f32, least: f32): void {
  touch(count < 0);
  keepCoefficients(count < 0);
  powers(x, out, count, exponent, least);
}

/** Values whose roots are kept at a time. */
const PART: i32 = 1024;

/**
 * `out` = (z − goal) · z / y for `count` values, with y at least `least` and z = y to the power of `exponent`. `roots` is scratch for 1024
 * values.
 */
export function rootSlope(
  y: usize,
  goal: usize,
  out: usize,
  count: i32,
  exponent: f32,
  least: f32,
  roots: usize,
): void {
  const low = f32x4.splat(least);
  for (let first = 0; first < count; first += PART) {
    const part = min(PART, count - first);
    powers(y, roots, part, exponent, least);
    const end = y + bytes(part);
    for (let r = roots; y < end; y += 16, goal += 16, out += 16, r += 16) {
      const isWhole = y + 16 <= end;
      const z = v128.load(r);
      const light = f32x4.pmax(low, isWhole ? v128.load(y) : loadPart(y, end - y));
      const wanted = isWhole ? v128.load(goal) : loadPart(goal, end - y);
      const slope = f32x4.div(f32x4.mul(f32x4.sub(z, wanted), z), light);
      if (isWhole) v128.store(out, slope);
      else storePart(out, slope, end - y);
    }
  }
}
