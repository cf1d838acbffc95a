// Rows of RGBA bytes as linear light, and back. A row of three values a pixel is written four at a time: 4 bytes behind it are overwritten.
import {
  BYTE_OF_LIGHT,
  HALF,
  LAST_LIGHT,
  LIGHT_OF_BYTE,
  ONE,
  PLACES,
  SHARE_OF_BYTE,
  WHOLE,
} from './memory';

/** Linear red, green and blue of a pixel; the fourth lane is 0. A shift and a mask give the place of a byte in a table of floats. */
// @inline
export function lightOf(pixel: u32): v128 {
  const r = v128.load32_zero(<usize>((pixel << 2) & 1020), LIGHT_OF_BYTE);
  const g = v128.load32_lane(<usize>((pixel >> 6) & 1020), r, 1, LIGHT_OF_BYTE);
  return v128.load32_lane(<usize>((pixel >> 14) & 1020), g, 2, LIGHT_OF_BYTE);
}

/** The colours of `rows` rows of `pixels` pixels, which follow each other; 12 bytes a pixel, in rows that lie `toRow` bytes apart. */
export function lightRows3(from: usize, to: usize, toRow: usize, pixels: i32, rows: i32): void {
  for (; rows > 0; rows--, from += (<usize>pixels) << 2, to += toRow) lightRow3(from, to, pixels);
}

function lightRow3(from: usize, to: usize, pixels: i32): void {
  for (let i = pixels >> 1; i > 0; i--, from += 8, to += 24) {
    const two = load<u64>(from);
    v128.store(to, lightOf(<u32>two));
    v128.store(to, lightOf(<u32>(two >> 32)), 12);
  }
  if (pixels & 1) v128.store(to, lightOf(load<u32>(from)));
}

/** The same with the colours multiplied by the opacity, and the opacity, 16 bytes a pixel. */
export function lightRows4(from: usize, to: usize, toRow: usize, pixels: i32, rows: i32): void {
  for (; rows > 0; rows--, from += (<usize>pixels) << 2, to += toRow) lightRow4(from, to, pixels);
}

function lightRow4(from: usize, to: usize, pixels: i32): void {
  for (let i = 0; i < pixels; i++, from += 4, to += 16) {
    const pixel = load<u32>(from);
    const share = v128.load32_splat(SHARE_OF_BYTE + <usize>((pixel >> 24) << 2));
    v128.store(to, f32x4.mul(f32x4.replace_lane(lightOf(pixel), 3, 1), share));
  }
}

/** Colours of a pixel as its lower three bytes, clamped; NaN gives 0. */
function codeOf(light: v128, one: v128, last: v128, half: v128): u32 {
  const clamped = f32x4.pmin(one, f32x4.pmax(f32x4.splat(0), light));
  const at = i32x4.trunc_sat_f32x4_s(f32x4.add(f32x4.mul(clamped, last), half));
  return (
    <u32>load<u8>(BYTE_OF_LIGHT + <usize>i32x4.extract_lane(at, 0)) |
    ((<u32>load<u8>(BYTE_OF_LIGHT + <usize>i32x4.extract_lane(at, 1))) << 8) |
    ((<u32>load<u8>(BYTE_OF_LIGHT + <usize>i32x4.extract_lane(at, 2))) << 16)
  );
}

/** Places of four values in `BYTE_OF_LIGHT`, in the lower 16 bits of each lane, clamped; NaN gives the first. */
function placesOf(light: v128, one: v128, last: v128, whole: v128): v128 {
  const clamped = f32x4.pmin(one, f32x4.pmax(f32x4.splat(0), light));
  return f32x4.add(f32x4.mul(clamped, last), whole);
}

/** Byte of the value whose place is the `n`th at `PLACES`. */
// @inline
function levelOf(n: usize): u32 {
  return <u32>load<u8>(<usize>load<u16>(PLACES + 4 * n), BYTE_OF_LIGHT);
}

/** The `n`th of four opaque pixels whose places are at `PLACES`. */
// @inline
function pixelOf(n: usize): u32 {
  return levelOf(3 * n) | (levelOf(3 * n + 1) << 8) | (levelOf(3 * n + 2) << 16) | 0xff000000;
}

/** `rows` rows of opaque pixels of 12 bytes, which lie `fromRow` bytes apart, as RGBA bytes without a gap, rounded to the nearest level. */
export function byteRows3(from: usize, fromRow: usize, to: usize, pixels: i32, rows: i32): void {
  for (; rows > 0; rows--, from += fromRow, to += (<usize>pixels) << 2) byteRow3(from, to, pixels);
}

function byteRow3(from: usize, to: usize, pixels: i32): void {
  const one = v128.load(ONE);
  const last = v128.load(LAST_LIGHT);
  const whole = v128.load(WHOLE);
  let i = 0;
  // Lanes go by way of memory, which takes fewer instructions than extracting each.
  for (; i + 4 <= pixels; i += 4, from += 48, to += 16) {
    v128.store(PLACES, placesOf(v128.load(from), one, last, whole));
    v128.store(PLACES, placesOf(v128.load(from, 16), one, last, whole), 16);
    v128.store(PLACES, placesOf(v128.load(from, 32), one, last, whole), 32);
    store<u32>(to, pixelOf(0));
    store<u32>(to, pixelOf(1), 4);
    store<u32>(to, pixelOf(2), 8);
    store<u32>(to, pixelOf(3), 12);
  }
  for (; i < pixels; i++, from += 12, to += 4) {
    v128.store(PLACES, placesOf(v128.load(from), one, last, whole));
    store<u32>(to, pixelOf(0));
  }
}

/**
 * `byteRows3` for pixels of 16 bytes. The colours are divided by the opacity as it is, which a filter may have raised above 1 or lowered below 0:
 * their own values have changed by the same factor.
 */
export function byteRows4(from: usize, fromRow: usize, to: usize, pixels: i32, rows: i32): void {
  for (; rows > 0; rows--, from += fromRow, to += (<usize>pixels) << 2) byteRow4(from, to, pixels);
}

function byteRow4(from: usize, to: usize, pixels: i32): void {
  const one = v128.load(ONE);
  const last = v128.load(LAST_LIGHT);
  const half = v128.load(HALF);
  for (let i = 0; i < pixels; i++, from += 16, to += 4) {
    const light = v128.load(from);
    const opacity = f32x4.extract_lane(light, 3);
    if (!(opacity > 0)) {
      store<u32>(to, 0);
      continue;
    }
    const colour = codeOf(f32x4.mul(light, f32x4.splat(<f32>1 / opacity)), one, last, half);
    const alpha = <u32>nearest<f32>(255.0 * min<f32>(opacity, 1.0));
    store<u32>(to, colour | (alpha << 24));
  }
}

/** Puts pixels of 16 bytes over the premultiplied colour at `background`. */
export function coverRow4(at: usize, pixels: i32, background: usize): void {
  const behind = v128.load(background);
  const one = v128.load(ONE);
  for (let i = 0; i < pixels; i++, at += 16) {
    const light = v128.load(at);
    const through = f32x4.sub(one, f32x4.splat(f32x4.extract_lane(light, 3)));
    v128.store(at, f32x4.add(light, f32x4.mul(through, behind)));
  }
}
