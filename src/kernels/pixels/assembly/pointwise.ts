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

/** The same on levels. Four pixels at a time, so up to 12 bytes behind the rows are read and written. */
export function mixLevelsRow(from: usize, to: usize, pixels: i32, matrix: usize): void {
  const redOfRed = v128.load32_splat(matrix);
  const greenOfRed = v128.load32_splat(matrix, 4);
  const blueOfRed = v128.load32_splat(matrix, 8);
  const redOfGreen = v128.load32_splat(matrix, 16);
  const greenOfGreen = v128.load32_splat(matrix, 20);
  const blueOfGreen = v128.load32_splat(matrix, 24);
  const redOfBlue = v128.load32_splat(matrix, 32);
  const greenOfBlue = v128.load32_splat(matrix, 36);
  const blueOfBlue = v128.load32_splat(matrix, 40);
  const low = i32x4.splat(255);
  for (let i = 0; i < pixels; i += 4, from += 16, to += 16) {
    const four = v128.load(from);
    const r = f32x4.convert_i32x4_s(v128.and(four, low));
    const g = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(four, 8), low));
    const b = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(four, 16), low));
    const red = mixed(f32x4.mul(r, redOfRed), f32x4.mul(g, redOfGreen), f32x4.mul(b, redOfBlue));
    const green = mixed(
      f32x4.mul(r, greenOfRed),
      f32x4.mul(g, greenOfGreen),
      f32x4.mul(b, greenOfBlue),
    );
    const blue = mixed(
      f32x4.mul(r, blueOfRed),
      f32x4.mul(g, blueOfGreen),
      f32x4.mul(b, blueOfBlue),
    );
    const colours = v128.or(v128.or(red, i32x4.shl(green, 8)), i32x4.shl(blue, 16));
    v128.store(to, v128.or(colours, v128.and(four, i32x4.splat(0xff000000))));
  }
}

/** A sum as clamped whole levels. */
function mixed(a: v128, b: v128, c: v128): v128 {
  const whole = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.add(f32x4.add(a, b), c)));
  return i32x4.min_s(i32x4.max_s(whole, i32x4.splat(0)), i32x4.splat(255));
}
