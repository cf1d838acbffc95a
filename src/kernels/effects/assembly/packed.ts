// Pixels packed as RGBA8 to floats, and back.
import { keepLanes } from './lanes';
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
  const alpha = i32x4.splat(<i32>0xff000000);
  for (let y = 0; y < height; y++) {
    let from = x + pixel * <usize>(y * fullWidth);
    const end = out + ((<usize>width) << 2);
    // A pixel is read with the value behind it, which the last pixels of the picture do not have.
    for (; out + 20 <= end; out += 16, under += 16, from += 4 * pixel) {
      const a = level(from, channels, truncate);
      const b = level(from + pixel, channels, truncate);
      const c = level(from + 2 * pixel, channels, truncate);
      const d = level(from + 3 * pixel, channels, truncate);
      const four = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
      v128.store(out, v128.bitselect(v128.load(under), four, alpha));
    }
    for (; out < end; out += 4, under += 4, from += pixel) {
      let v = i32.load(under) & <i32>0xff000000;
      for (let c = 0; c < 3; c++) {
        const at = from + (channels === 3 ? bytes(c) : 0);
        const scaled = f32x4.mul(v128.load32_splat(at), f32x4.splat(255));
        v |= i32x4.extract_lane(whole(scaled, truncate), 0) << (8 * c);
      }
      i32.store(out, v);
    }
  }
}

// @inline
function level(from: usize, channels: i32, truncate: i32): v128 {
  const v = channels === 3 ? v128.load(from) : v128.load32_splat(from);
  return whole(f32x4.mul(v, f32x4.splat(255)), truncate);
}

// @inline
function whole(v: v128, truncate: i32): v128 {
  const kept = f32x4.pmin(f32x4.splat(255), f32x4.pmax(f32x4.splat(0), v));
  return i32x4.trunc_sat_f32x4_s(truncate ? f32x4.floor(kept) : f32x4.nearest(kept));
}
