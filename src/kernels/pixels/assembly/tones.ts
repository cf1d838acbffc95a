// Replaces colours by tones that depend on their luminance.
import { codeOf } from './coded';
import { BYTE_OF_LIGHT, HALF, LAST_LIGHT, LIGHT_OF_BYTE, LUMINANCE, ONE } from './memory';

/**
 * Each pixel's linear light moved by `amount` (0…1) towards the tone of its luminance. `tones` has linear colours of 16 bytes, evenly spaced in the sRGB-coded
 * luminance from black to white; `last` is the index of the last one.
 */
export function toneRow(
  from: usize,
  to: usize,
  pixels: i32,
  tones: usize,
  lastTone: f32,
  amount: f32,
): void {
  const weights = v128.load(LUMINANCE);
  const one = v128.load(ONE);
  const last = v128.load(LAST_LIGHT);
  const half = v128.load(HALF);
  for (let i = 0; i < pixels; i++, from += 4, to += 4) {
    const pixel = load<u32>(from);
    const r = v128.load32_zero(LIGHT_OF_BYTE + <usize>((pixel & 255) << 2));
    const rg = v128.load32_lane(LIGHT_OF_BYTE + <usize>(((pixel >> 8) & 255) << 2), r, 1);
    const own = v128.load32_lane(LIGHT_OF_BYTE + <usize>(((pixel >> 16) & 255) << 2), rg, 2);
    const parts = f32x4.mul(own, weights);
    const luminance =
      f32x4.extract_lane(parts, 0) + f32x4.extract_lane(parts, 1) + f32x4.extract_lane(parts, 2);
    const tone = <usize>(<i32>nearest<f32>(lastTone * codeOf(luminance)));
    const way = f32x4.sub(v128.load(tones + (tone << 4)), own);
    const light = f32x4.add(own, f32x4.mul(f32x4.splat(amount), way));
    const clamped = f32x4.pmin(one, f32x4.pmax(f32x4.splat(0), light));
    const at = i32x4.trunc_sat_f32x4_s(f32x4.add(f32x4.mul(clamped, last), half));
    const red = <u32>load<u8>(BYTE_OF_LIGHT + <usize>i32x4.extract_lane(at, 0));
    const green = <u32>load<u8>(BYTE_OF_LIGHT + <usize>i32x4.extract_lane(at, 1));
    const blue = <u32>load<u8>(BYTE_OF_LIGHT + <usize>i32x4.extract_lane(at, 2));
    store<u32>(to, red | (green << 8) | (blue << 16) | (pixel & 0xff000000));
  }
}
