// Pixels packed as RGBA8 to floats, and back.
import { bytes, storePixel } from './pointers';

/**
 * Writes the colours of `pixels` `[height, width]` as floats `[fullHeight, fullWidth, channels]`, level · `factor` + `low`. What is
 * beyond the picture at the right and below mirrors it; that must be less than the picture. With `grey` 1, each channel is the
 * luma, weighted as Rec. 709 says.
 */
export function unpack(
  pixels: usize,
  out: usize,
  height: i32,
  width: i32,
  fullHeight: i32,
  fullWidth: i32,
  channels: i32,
  grey: i32,
  factor: f32,
  low: f32,
): void {
  const pixel = bytes(channels);
  const row = pixel * <usize>fullWidth;
  for (let y = 0; y < height; y++, pixels += (<usize>width) << 2) {
    const from = out + row * <usize>y;
    if (grey) lumaRow(pixels, from, width, channels, factor, low);
    else colourRow(pixels, from, width, factor, low);
    const end = from + pixel * <usize>width;
    for (let i = 0; i < fullWidth - width; i++) {
      memory.copy(end + pixel * <usize>i, end - pixel * <usize>(i + 1), pixel);
    }
  }
  for (let y = height; y < fullHeight; y++) {
    memory.copy(out + row * <usize>y, out + row * <usize>(2 * height - 1 - y), row);
  }
}

function colourRow(pixels: usize, out: usize, width: i32, factor: f32, low: f32): void {
  const by = f32x4.splat(factor);
  const add = f32x4.splat(low);
  const last = pixels + ((<usize>width - 1) << 2);
  for (; pixels < last; pixels += 4, out += 12) {
    // The fourth value is overwritten by the next pixel.
    v128.store(out, f32x4.add(f32x4.mul(levels(pixels), by), add));
  }
  storePixel(out, f32x4.add(f32x4.mul(levels(pixels), by), add), 3);
}

function lumaRow(
  pixels: usize,
  out: usize,
  width: i32,
  channels: i32,
  factor: f32,
  low: f32,
): void {
  const end = pixels + ((<usize>width) << 2);
  for (; pixels < end; pixels += 4, out += bytes(channels)) {
    const v = f32x4.mul(levels(pixels), f32x4(0.2126, 0.7152, 0.0722, 0));
    const luma = f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 2);
    storePixel(out, f32x4.splat(luma * factor + low), channels);
  }
}

/** Red, green, blue and alpha of a pixel, 0…255. */
// @inline
function levels(pixel: usize): v128 {
  const wide = i16x8.extend_low_i8x16_u(v128.load32_zero(pixel));
  return f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(wide));
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
