// Pixels packed as RGBA8 to floats, and back.
import { keepLanes, LOWEST_BYTE, MOST, OPACITY, WHOLE } from './lanes';
import { floatRow } from './pixel-rows';
import { bytes } from './pointers';

/** Writes the colours of `pixels` `[height, width]` as floats 0…1, `[height, width, channels]`. With `grey` 1, each channel is the luma. */
export function unpack(
  pixels: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  grey: i32,
): void {
  keepLanes(height < 0);
  const length = bytes(width * channels);
  for (let y = 0; y < height; y++, pixels += bytes(width), out += length) {
    floatRow(pixels, out, width, channels, grey);
  }
}

/**
 * Writes colours `x` `[fullHeight, fullWidth, channels]`, 0…1, as packed pixels `[height, width]`, clamped and rounded to the nearest level, or
 * down if `truncate` is 1. One channel stands for all three. Alpha is that of the pixels at `under`.
 */
export function pack(
  x: usize,
  under: usize,
  out: usize,
  height: i32,
  width: i32,
  fullWidth: i32,
  channels: i32,
  truncate: i32,
): void {
  const pixel = bytes(channels);
  const alpha = OPACITY;
  const most = MOST;
  const whole = WHOLE;
  const low = LOWEST_BYTE;
  for (let y = 0; y < height; y++) {
    let from = x + pixel * <usize>(y * fullWidth);
    const end = out + ((<usize>width) << 2);
    // A pixel is read with the value behind it, which the last pixels of the picture do not have.
    for (; out + 20 <= end; out += 16, under += 16, from += 4 * pixel) {
      const a = level(colour(from, channels), truncate, most, whole, low);
      const b = level(colour(from + pixel, channels), truncate, most, whole, low);
      const c = level(colour(from + 2 * pixel, channels), truncate, most, whole, low);
      const d = level(colour(from + 3 * pixel, channels), truncate, most, whole, low);
      const four = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
      v128.store(out, v128.bitselect(v128.load(under), four, alpha));
    }
    for (; out < end; out += 4, under += 4, from += pixel) {
      let v = i32.load(under) & <i32>0xff000000;
      for (let c = 0; c < 3; c++) {
        const at = from + (channels === 3 ? bytes(c) : 0);
        const one = level(v128.load32_splat(at), truncate, most, whole, low);
        v |= i32x4.extract_lane(one, 0) << (8 * c);
      }
      i32.store(out, v);
    }
  }
}

// @inline
function colour(from: usize, channels: i32): v128 {
  return channels === 3 ? v128.load(from) : v128.load32_splat(from);
}

/** Levels of four values 0…1 as whole numbers. */
// @inline
function level(values: v128, truncate: i32, most: v128, whole: v128, low: v128): v128 {
  const kept = f32x4.pmin(most, f32x4.pmax(f32x4.splat(0), f32x4.mul(values, most)));
  return v128.and(f32x4.add(truncate ? f32x4.floor(kept) : kept, whole), low);
}
