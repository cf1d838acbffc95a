// Rows of pixels packed as RGBA8, as floats.
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

/** The same with the colours' levels looked up in `table`, 256 floats; 4 bytes are written behind the row. */
export function tableRow(pixels: usize, out: usize, width: i32, table: usize): void {
  const end = pixels + bytes(width);
  for (; pixels < end; pixels += 4, out += 12) {
    const pixel = i32.load(pixels);
    const r = v128.load32_zero(table + <usize>((pixel << 2) & 1020));
    const g = v128.load32_lane(table + <usize>((pixel >> 6) & 1020), r, 1);
    v128.store(out, v128.load32_lane(table + <usize>((pixel >> 14) & 1020), g, 2));
  }
}
