// Enlarges a small picture along the edges of a large one, and writes sRGB-coded colours as bytes.
import { codeOf } from './coded';
import { LIGHT_OF_BYTE, SHARE_OF_BYTE } from './memory';

/** The coded luminance of pixels over a colour of the luminance `behind`, one float each. */
export function lightnessRow(from: usize, to: usize, pixels: i32, behind: f32): void {
  for (let i = 0; i < pixels; i++, from += 4, to += 4) {
    const pixel = load<u32>(from);
    const r = load<f32>(LIGHT_OF_BYTE + <usize>((pixel & 255) << 2));
    const g = load<f32>(LIGHT_OF_BYTE + <usize>(((pixel >> 8) & 255) << 2));
    const b = load<f32>(LIGHT_OF_BYTE + <usize>(((pixel >> 16) & 255) << 2));
    const alpha = load<f32>(SHARE_OF_BYTE + <usize>((pixel >> 24) << 2));
    const light = <f32>0.2126 * r + <f32>0.7152 * g + <f32>0.0722 * b;
    store<f32>(to, codeOf(behind + alpha * (light - behind)));
  }
}

/**
 * A row of an enlarged picture, 12 bytes a pixel. `from` has three colours and the guide of each pixel of a small row, one before its first
 * and two behind its last; `slopes` has in the same places how much the colours change with the guide. `places` has for each output the
 * place before it in bytes, four weights, and the share of the pixel behind it, 24 bytes. `guide` is the large guide.
 */
export function enlargeRow(
  from: usize,
  slopes: usize,
  places: usize,
  guide: usize,
  to: usize,
  outputs: i32,
): void {
  for (let i = 0; i < outputs; i++, places += 24, guide += 4, to += 12) {
    const offset = <usize>load<u32>(places);
    const at = from + offset;
    const slope = slopes + offset;
    let sum = f32x4.mul(v128.load32_splat(places, 4), v128.load(at));
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(places, 8), v128.load(at, 16)));
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(places, 12), v128.load(at, 32)));
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(places, 16), v128.load(at, 48)));
    // What the small guide has lost of the large one.
    const lost = load<f32>(guide) - f32x4.extract_lane(sum, 3);
    const right = lost * load<f32>(places, 20);
    sum = f32x4.add(sum, f32x4.mul(f32x4.splat(lost - right), v128.load(slope, 16)));
    v128.store(to, f32x4.add(sum, f32x4.mul(f32x4.splat(right), v128.load(slope, 32))));
  }
}

/** Coded colours, 12 bytes a pixel, with the opacity of the pixels at `from`; clear pixels become 0. */
export function codedRow(coded: usize, from: usize, to: usize, pixels: i32): void {
  for (let i = 0; i < pixels; i++, coded += 12, from += 4, to += 4) {
    const alpha = load<u32>(from) & 0xff000000;
    const levels = f32x4.nearest(f32x4.mul(v128.load(coded), f32x4.splat(255)));
    const words = i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(levels), i32x4.splat(0));
    const colour = <u32>i32x4.extract_lane(i8x16.narrow_i16x8_u(words, words), 0);
    store<u32>(to, alpha ? (colour & 0x00ffffff) | alpha : 0);
  }
}

/** `under` and `cover` of the way to `over`, in levels; clear pixels become 0. */
export function fadeRow(over: usize, under: usize, to: usize, pixels: i32, cover: f32): void {
  for (let i = 0; i < pixels; i++, over += 4, under += 4, to += 4) {
    if (!load<u8>(under, 3)) {
      store<u32>(to, 0);
      continue;
    }
    const a = levelsAt(under);
    const mixed = f32x4.add(a, f32x4.mul(f32x4.sub(levelsAt(over), a), f32x4.splat(cover)));
    const whole = i32x4.trunc_sat_f32x4_s(f32x4.nearest(mixed));
    const words = i16x8.narrow_i32x4_s(whole, whole);
    store<i32>(to, i32x4.extract_lane(i8x16.narrow_i16x8_u(words, words), 0));
  }
}

function levelsAt(pixel: usize): v128 {
  const words = i16x8.extend_low_i8x16_u(v128.load32_zero(pixel));
  return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(words));
}
