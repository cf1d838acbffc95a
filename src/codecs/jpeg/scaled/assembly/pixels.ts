// Makes rows of RGBA pixels of planes of samples, by the colour conversion of JFIF 1.02 in libjpeg's integer arithmetic.

/** Factors of the conversion, in units of 2^-16, less what is added as a whole: 1.402 - 1, 1.772 - 2, -0.34414, 1 - 0.71414. */
const RED: i16 = 26345;
const BLUE: i16 = -14942;
const GREEN_OF_BLUE: i16 = -22554;
const GREEN_OF_RED: i16 = 18734;
/** Twice this is a half. */
const HALF: i16 = 16384;

/** `pixels` grey samples as RGBA; up to 16 more are written. */
export function greyRow(from: usize, to: usize, pixels: i32): void {
  const opaque = i32x4.splat(0xff000000);
  for (let x = 0; x < pixels; x += 4, from += 4, to += 16) {
    const samples = v128.load32_zero(from);
    const spread = i8x16.shuffle(
      samples,
      samples,
      0,
      0,
      0,
      16,
      1,
      1,
      1,
      16,
      2,
      2,
      2,
      16,
      3,
      3,
      3,
      16,
    );
    v128.store(to, v128.or(v128.and(spread, i32x4.splat(0x00ffffff)), opaque));
  }
}

/** Rounds `sum` to whole levels. */
function whole(low: v128, high: v128): v128 {
  return i16x8.narrow_i32x4_s(i32x4.shr_s(low, 16), i32x4.shr_s(high, 16));
}

/** Pairs of lanes of the lower half, and of the upper half. */
function pairsLow(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23);
}
function pairsHigh(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31);
}

/** `pixels` samples of lightness and two colour differences as RGBA; up to 8 more are written. */
export function colourRow(lightness: usize, blue: usize, red: usize, to: usize, pixels: i32): void {
  const middle = i16x8.splat(128);
  const two = i16x8.splat(2);
  const redBy = i16x8(RED, HALF, RED, HALF, RED, HALF, RED, HALF);
  const blueBy = i16x8(BLUE, HALF, BLUE, HALF, BLUE, HALF, BLUE, HALF);
  const greenBy = i16x8(
    GREEN_OF_BLUE,
    GREEN_OF_RED,
    GREEN_OF_BLUE,
    GREEN_OF_RED,
    GREEN_OF_BLUE,
    GREEN_OF_RED,
    GREEN_OF_BLUE,
    GREEN_OF_RED,
  );
  const half = i32x4.splat(32768);
  for (let x = 0; x < pixels; x += 8, to += 32) {
    const y = v128.load8x8_u(lightness + x);
    const cb = i16x8.sub(v128.load8x8_u(blue + x), middle);
    const cr = i16x8.sub(v128.load8x8_u(red + x), middle);
    const r = i16x8.add(
      i16x8.add(y, cr),
      whole(
        i32x4.dot_i16x8_s(pairsLow(cr, two), redBy),
        i32x4.dot_i16x8_s(pairsHigh(cr, two), redBy),
      ),
    );
    const b = i16x8.add(
      i16x8.add(y, i16x8.add(cb, cb)),
      whole(
        i32x4.dot_i16x8_s(pairsLow(cb, two), blueBy),
        i32x4.dot_i16x8_s(pairsHigh(cb, two), blueBy),
      ),
    );
    const g = i16x8.add(
      i16x8.sub(y, cr),
      whole(
        i32x4.add(i32x4.dot_i16x8_s(pairsLow(cb, cr), greenBy), half),
        i32x4.add(i32x4.dot_i16x8_s(pairsHigh(cb, cr), greenBy), half),
      ),
    );
    storePixels(to, i8x16.narrow_i16x8_u(r, b), i8x16.narrow_i16x8_u(g, g));
  }
}

/** Eight pixels of r0…r7 b0…b7 and g0…g7. */
function storePixels(to: usize, redBlue: v128, green: v128): void {
  const greenAlpha = i64x2.replace_lane(green, 1, -1);
  v128.store(
    to,
    i8x16.shuffle(redBlue, greenAlpha, 0, 16, 8, 24, 1, 17, 9, 25, 2, 18, 10, 26, 3, 19, 11, 27),
  );
  v128.store(
    to + 16,
    i8x16.shuffle(redBlue, greenAlpha, 4, 20, 12, 28, 5, 21, 13, 29, 6, 22, 14, 30, 7, 23, 15, 31),
  );
}

/** `pixels` samples of red, green and blue as RGBA; up to 8 more are written. */
export function rgbRow(red: usize, green: usize, blue: usize, to: usize, pixels: i32): void {
  for (let x = 0; x < pixels; x += 8, to += 32) {
    const redBlue = v128.load64_lane(blue + x, v128.load64_zero(red + x), 1);
    storePixels(to, redBlue, v128.load64_zero(green + x));
  }
}

/** Each of `samples` samples twice, as libjpeg does without interpolation. */
export function repeatRow(from: usize, to: usize, samples: i32): void {
  for (let x = 0; x < samples; x += 8) {
    const row = v128.load64_zero(from + x);
    v128.store(to + 2 * x, i8x16.shuffle(row, row, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7));
  }
}

/** Twice as many samples by libjpeg's triangle filter: three quarters of the nearer one, a quarter of the other. At least three samples. */
export function interpolateRow(from: usize, to: usize, samples: i32): void {
  store<u8>(to, load<u8>(from));
  for (let x = 0; x < samples; x++) {
    const near = 3 * <i32>load<u8>(from + x);
    if (x > 0) store<u8>(to + 2 * x, <u8>((near + load<u8>(from + x - 1) + 1) >> 2));
    if (x < samples - 1) store<u8>(to + 2 * x + 1, <u8>((near + load<u8>(from + x + 1) + 2) >> 2));
  }
  store<u8>(to + 2 * samples - 1, load<u8>(from + samples - 1));
}
