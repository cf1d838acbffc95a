// Changes of single pixels: tables of levels, and mixtures of the channels in linear light or in levels.
import { BYTE_OF_LIGHT, HALF, LAST_LIGHT, LIGHT_OF_BYTE, ONE } from './memory';

/** Red, green and blue looked up in a table of 256 bytes. */
export function levelsRow(from: usize, to: usize, pixels: i32, table: usize): void {
  for (let i = 0; i < pixels; i++, from += 4, to += 4) {
    const pixel = load<u32>(from);
    const r = <u32>load<u8>(table + <usize>(pixel & 255));
    const g = <u32>load<u8>(table + <usize>((pixel >> 8) & 255));
    const b = <u32>load<u8>(table + <usize>((pixel >> 16) & 255));
    store<u32>(to, r | (g << 8) | (b << 16) | (pixel & 0xff000000));
  }
}

/** Each pixel's linear light times a matrix, whose three columns (what a unit of red, green and blue adds) lie at `matrix`, four floats each. */
export function mixLightRow(from: usize, to: usize, pixels: i32, matrix: usize): void {
  const ofRed = v128.load(matrix);
  const ofGreen = v128.load(matrix, 16);
  const ofBlue = v128.load(matrix, 32);
  const one = v128.load(ONE);
  const last = v128.load(LAST_LIGHT);
  const half = v128.load(HALF);
  for (let i = 0; i < pixels; i++, from += 4, to += 4) {
    const pixel = load<u32>(from);
    const r = v128.load32_splat(LIGHT_OF_BYTE + <usize>((pixel & 255) << 2));
    const g = v128.load32_splat(LIGHT_OF_BYTE + <usize>(((pixel >> 8) & 255) << 2));
    const b = v128.load32_splat(LIGHT_OF_BYTE + <usize>(((pixel >> 16) & 255) << 2));
    const light = f32x4.add(
      f32x4.add(f32x4.mul(r, ofRed), f32x4.mul(g, ofGreen)),
      f32x4.mul(b, ofBlue),
    );
    const clamped = f32x4.pmin(one, f32x4.pmax(f32x4.splat(0), light));
    const at = i32x4.trunc_sat_f32x4_s(f32x4.add(f32x4.mul(clamped, last), half));
    const red = <u32>load<u8>(BYTE_OF_LIGHT + <usize>i32x4.extract_lane(at, 0));
    const green = <u32>load<u8>(BYTE_OF_LIGHT + <usize>i32x4.extract_lane(at, 1));
    const blue = <u32>load<u8>(BYTE_OF_LIGHT + <usize>i32x4.extract_lane(at, 2));
    store<u32>(to, red | (green << 8) | (blue << 16) | (pixel & 0xff000000));
  }
}

/** The same on levels. */
export function mixLevelsRow(from: usize, to: usize, pixels: i32, matrix: usize): void {
  const ofRed = v128.load(matrix);
  const ofGreen = v128.load(matrix, 16);
  const ofBlue = v128.load(matrix, 32);
  for (let i = 0; i < pixels; i++, from += 4, to += 4) {
    const pixel = load<u32>(from);
    const r = f32x4.splat(<f32>(pixel & 255));
    const g = f32x4.splat(<f32>((pixel >> 8) & 255));
    const b = f32x4.splat(<f32>((pixel >> 16) & 255));
    const mixed = f32x4.add(
      f32x4.add(f32x4.mul(r, ofRed), f32x4.mul(g, ofGreen)),
      f32x4.mul(b, ofBlue),
    );
    const whole = i32x4.trunc_sat_f32x4_s(f32x4.nearest(mixed));
    const words = i16x8.narrow_i32x4_s(whole, whole);
    const levels = <u32>i32x4.extract_lane(i8x16.narrow_i16x8_u(words, words), 0);
    store<u32>(to, (levels & 0x00ffffff) | (pixel & 0xff000000));
  }
}
