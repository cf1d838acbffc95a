// Means over squares of packed pixels, without rows of floats between.
import { BLUE, GREEN, LEVEL, LOWEST_BYTE, RED } from './lanes';
import { bytes, storePixel } from './pointers';

/** Sums of neighbours of eight values. */
// @inline
function pairSums(a: v128, b: v128): v128 {
  return i32x4.add(i32x4.shuffle(a, b, 0, 2, 4, 6), i32x4.shuffle(a, b, 1, 3, 5, 7));
}

/** Lumas 0…1 of means over squares of 2 × 2 pixels; `width` is a multiple of 8 and `height` of 2. */
export function lumaOfSquares(pixels: usize, out: usize, height: i32, width: i32): void {
  const low = LOWEST_BYTE;
  const quarter = f32x4.splat(0.25);
  const red = f32x4.mul(RED, quarter);
  const green = f32x4.mul(GREEN, quarter);
  const blue = f32x4.mul(BLUE, quarter);
  const length = bytes(width);
  for (let y = 0; y < height; y += 2, pixels += length) {
    for (const end = pixels + length; pixels < end; pixels += 32, out += 16) {
      const a = v128.load(pixels);
      const b = v128.load(pixels, 16);
      const c = v128.load(pixels + length);
      const d = v128.load(pixels + length, 16);
      const r = pairSums(
        i32x4.add(v128.and(a, low), v128.and(c, low)),
        i32x4.add(v128.and(b, low), v128.and(d, low)),
      );
      const g = pairSums(
        i32x4.add(second(a, low), second(c, low)),
        i32x4.add(second(b, low), second(d, low)),
      );
      const t = pairSums(
        i32x4.add(third(a, low), third(c, low)),
        i32x4.add(third(b, low), third(d, low)),
      );
      const sum = f32x4.add(
        f32x4.mul(f32x4.convert_i32x4_s(r), red),
        f32x4.mul(f32x4.convert_i32x4_s(g), green),
      );
      v128.store(out, f32x4.add(sum, f32x4.mul(f32x4.convert_i32x4_s(t), blue)));
    }
  }
}

// @inline
function second(pixels: v128, low: v128): v128 {
  return v128.and(i32x4.shr_u(pixels, 8), low);
}

// @inline
function third(pixels: v128, low: v128): v128 {
  return v128.and(i32x4.shr_u(pixels, 16), low);
}

/** Colours 0…1 of means over squares of 2 × 2 pixels; `width` is a multiple of 4 and `height` of 2. */
export function coloursOfSquares(pixels: usize, out: usize, height: i32, width: i32): void {
  const quarter = f32x4.mul(LEVEL, f32x4.splat(0.25));
  const length = bytes(width);
  const last = pixels + length * <usize>height - length - 16;
  for (let y = 0; y < height; y += 2, pixels += length) {
    for (const end = pixels + length; pixels < end; pixels += 16, out += 24) {
      const a = v128.load(pixels);
      const b = v128.load(pixels + length);
      const left = i16x8.add(i16x8.extend_low_i8x16_u(a), i16x8.extend_low_i8x16_u(b));
      const right = i16x8.add(i16x8.extend_high_i8x16_u(a), i16x8.extend_high_i8x16_u(b));
      const sums = i16x8.add(i64x2.shuffle(left, right, 0, 2), i64x2.shuffle(left, right, 1, 3));
      const one = f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(sums)), quarter);
      const other = f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(sums)), quarter);
      // The fourth value is overwritten by the next pixel.
      v128.store(out, one);
      if (pixels < last) v128.store(out, other, 12);
      else storePixel(out + 12, other, 3);
    }
  }
}

/** Means over squares of `coarse` × `coarse` pixels of the colours' levels looked up in `table`, 256 floats. */
export function tableMeans(
  pixels: usize,
  out: usize,
  height: i32,
  width: i32,
  coarse: i32,
  table: usize,
): void {
  const factor = f32x4.splat(<f32>1 / <f32>(coarse * coarse));
  const length = bytes(width);
  const side = bytes(coarse);
  for (let y = 0; y < height; y += coarse, pixels += length * <usize>(coarse - 1)) {
    for (const end = pixels + length; pixels < end; pixels += side, out += 12) {
      let sum = f32x4.splat(0);
      let row = pixels;
      for (let r = 0; r < coarse; r++, row += length) {
        for (let at = row, last = row + side; at < last; at += 4) {
          const pixel = i32.load(at);
          const red = v128.load32_zero(table + <usize>((pixel << 2) & 1020));
          const green = v128.load32_lane(table + <usize>((pixel >> 6) & 1020), red, 1);
          sum = f32x4.add(sum, v128.load32_lane(table + <usize>((pixel >> 14) & 1020), green, 2));
        }
      }
      storePixel(out, f32x4.mul(sum, factor), 3);
    }
  }
}
