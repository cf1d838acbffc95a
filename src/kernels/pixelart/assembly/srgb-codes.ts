// Linear light to sRGB codes, by a table of the codes of square roots.
import { bytes } from './pointers';

/**
 * The codes of `count` pixels of `x`, of three values each, or of four of which the last is the opacity that the others are multiplied by: then
 * `red`, `green` and `blue`, in linear light, show through. `out` has three values a pixel. `table` has the code of the square of every
 * step of 1 / `steps` from 0 to 1 and one value behind it.
 */
export function srgbCodes(
  x: usize,
  out: usize,
  count: i32,
  channels: i32,
  red: f32,
  green: f32,
  blue: f32,
  table: usize,
  steps: f32,
): void {
  const zero = f32x4.splat(0);
  const one = v128.load32_splat(table + bytes(<i32>steps));
  const by = f32x4.splat(steps);
  if (channels === 3) {
    const end = out + bytes(3 * count);
    for (; out + 16 <= end; x += 16, out += 16) {
      v128.store(out, codesOf(v128.load(x), zero, one, by, table));
    }
    for (; out < end; x += 4, out += 4) {
      v128.store32_lane(out, codesOf(v128.load32_zero(x), zero, one, by, table), 0);
    }
    return;
  }
  const behind = f32x4.replace_lane(
    f32x4.replace_lane(f32x4.replace_lane(zero, 0, red), 1, green),
    2,
    blue,
  );
  for (let i = 0; i < count; i++, x += 16, out += 12) {
    const pixel = v128.load(x);
    const through = f32x4.sub(
      one,
      i8x16.shuffle(pixel, pixel, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15),
    );
    const seen = f32x4.add(pixel, f32x4.mul(through, behind));
    const codes = codesOf(seen, zero, one, by, table);
    v128.store64_lane(out, codes, 0);
    v128.store32_lane(out, codes, 2, 8);
  }
}

/** Values outside 0…1 are clamped; what is no number gives 0. */
// @inline
function codesOf(light: v128, zero: v128, one: v128, by: v128, table: usize): v128 {
  const clamped = f32x4.pmin(one, f32x4.pmax(zero, light));
  const at = f32x4.mul(f32x4.sqrt(clamped), by);
  const below = i32x4.trunc_sat_f32x4_s(at);
  const places = i32x4.shl(below, 2);
  let ab = v128.load64_zero(table + <usize>i32x4.extract_lane(places, 0));
  ab = v128.load64_lane(table + <usize>i32x4.extract_lane(places, 1), ab, 1);
  let cd = v128.load64_zero(table + <usize>i32x4.extract_lane(places, 2));
  cd = v128.load64_lane(table + <usize>i32x4.extract_lane(places, 3), cd, 1);
  const low = i8x16.shuffle(ab, cd, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
  const high = i8x16.shuffle(ab, cd, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  const share = f32x4.sub(at, f32x4.convert_i32x4_s(below));
  return f32x4.add(low, f32x4.mul(share, f32x4.sub(high, low)));
}
