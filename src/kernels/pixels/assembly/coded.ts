// sRGB-coded values of linear light, from a table.
import { CODE_OF_ROOT } from './memory';

/** sRGB-coded value of linear light, interpolated between places that are evenly spaced in its square root. */
export function codeOf(light: f32): f32 {
  const at = <f32>4096 * sqrt<f32>(min<f32>(max<f32>(light, 0), 1));
  const below = <i32>at;
  const low = load<f32>(CODE_OF_ROOT + ((<usize>below) << 2));
  const high = load<f32>(CODE_OF_ROOT + ((<usize>below) << 2), 4);
  return low + (at - <f32>below) * (high - low);
}

/** `codeOf` of three lanes; the fourth of the result has no meaning. `one` and `steps` have 1 and 4096 in all lanes. */
export function codesOf(light: v128, one: v128, steps: v128): v128 {
  const clamped = f32x4.pmin(one, f32x4.pmax(f32x4.splat(0), light));
  const at = f32x4.mul(f32x4.sqrt(clamped), steps);
  const below = i32x4.trunc_sat_f32x4_s(at);
  // Each entry with the one behind it.
  const r = v128.load64_zero(CODE_OF_ROOT + ((<usize>i32x4.extract_lane(below, 0)) << 2));
  const g = v128.load64_zero(CODE_OF_ROOT + ((<usize>i32x4.extract_lane(below, 1)) << 2));
  const b = v128.load64_zero(CODE_OF_ROOT + ((<usize>i32x4.extract_lane(below, 2)) << 2));
  const rg = v128.shuffle<f32>(r, g, 0, 4, 1, 5);
  const low = v128.shuffle<f32>(rg, b, 0, 1, 4, 4);
  const high = v128.shuffle<f32>(rg, b, 2, 3, 5, 5);
  const share = f32x4.sub(at, f32x4.convert_i32x4_s(below));
  return f32x4.add(low, f32x4.mul(share, f32x4.sub(high, low)));
}
