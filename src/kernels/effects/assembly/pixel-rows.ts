// Rows of pixels packed as RGBA8, as floats.

import { between } from './enlarged';
import { BLUE, GREEN, LEVEL, LOWEST_BYTE, RED } from './lanes';
import { bytes, storePixel } from './pointers';
import { loadPart, storePart } from './power-of';

/** Colours of `width` pixels as floats 0…1, `channels` (1 or 3) a pixel. With `grey` 1, each is the luma, weighted as Rec. 709 says. */
export function floatRow(pixels: usize, out: usize, width: i32, channels: i32, grey: i32): void {
  if (!grey) {
    colourRow(pixels, out, width);
    return;
  }
  // Of three channels, the lumas are written to the end of the row first.
  const lumas = out + bytes((channels - 1) * width);
  lumaRow(pixels, lumas, width);
  if (channels === 1) return;
  for (let i = 0; i < width; i++, out += 12) {
    const luma = f32.load(lumas + bytes(i));
    f32.store(out, luma);
    f32.store(out, luma, 4);
    f32.store(out, luma, 8);
  }
}

function colourRow(pixels: usize, out: usize, width: i32): void {
  const by = LEVEL;
  const last = pixels + bytes(width - 1);
  for (; pixels < last; pixels += 4, out += 12) {
    // The fourth value is overwritten by the next pixel.
    v128.store(out, f32x4.mul(levels(pixels), by));
  }
  storePixel(out, f32x4.mul(levels(pixels), by), 3);
}

/** Red, green, blue and alpha of a pixel, 0…255. */
// @inline
function levels(pixel: usize): v128 {
  const wide = i16x8.extend_low_i8x16_u(v128.load32_zero(pixel));
  return f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(wide));
}

function lumaRow(pixels: usize, out: usize, width: i32): void {
  const low = LOWEST_BYTE;
  const red = RED;
  const green = GREEN;
  const blue = BLUE;
  const end = pixels + bytes(width);
  for (; pixels + 16 <= end; pixels += 16, out += 16) {
    v128.store(out, lumaOf(v128.load(pixels), low, red, green, blue));
  }
  if (pixels === end) return;
  const rest = end - pixels;
  storePart(out, lumaOf(loadPart(pixels, rest), low, red, green, blue), rest);
}

/** Luma of four pixels, 0…1. */
// @inline
function lumaOf(pixels: v128, low: v128, red: v128, green: v128, blue: v128): v128 {
  const r = f32x4.convert_i32x4_s(v128.and(pixels, low));
  const g = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(pixels, 8), low));
  const b = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(pixels, 16), low));
  return f32x4.add(f32x4.add(f32x4.mul(r, red), f32x4.mul(g, green)), f32x4.mul(b, blue));
}

/**
 * What the luma of `width` pixels, a multiple of 4, has above the row between four others, times `gain`. `weights` is the address of the weights of those
 * rows.
 */
export function lumaLessRow(
  pixels: usize,
  out: usize,
  width: i32,
  a: usize,
  b: usize,
  c: usize,
  d: usize,
  weights: usize,
  gain: f32,
): void {
  const low = LOWEST_BYTE;
  const red = RED;
  const green = GREEN;
  const blue = BLUE;
  const by = f32x4.splat(gain);
  const w0 = v128.load32_splat(weights);
  const w1 = v128.load32_splat(weights, 4);
  const w2 = v128.load32_splat(weights, 8);
  const w3 = v128.load32_splat(weights, 12);
  const length = bytes(width);
  for (let i: usize = 0; i < length; i += 16) {
    const luma = lumaOf(v128.load(pixels + i), low, red, green, blue);
    const smooth = between(a + i, b + i, c + i, d + i, w0, w1, w2, w3);
    v128.store(out + i, f32x4.mul(f32x4.sub(luma, smooth), by));
  }
}
