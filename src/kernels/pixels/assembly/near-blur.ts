// A blur of few taps for opaque pictures, in whole numbers of 16 bits: light is 0…32767, and weights add up to a power of two.
import { BLUR_PLACES, BYTE_OF_LIGHT, LIGHT_15_OF_BYTE, WHOLE } from './memory';

/** Address in the table of lights of the byte that is `shift` bits above the lowest. */
// @inline
function placeOf(pixel: u32, shift: u32): usize {
  return LIGHT_15_OF_BYTE + <usize>((shift < 2 ? pixel << 2 : pixel >> (shift - 2)) & 1020);
}

/** Lights of a colour of two pixels, 16 bits each. Two bytes before an entry of the table there is 0, because lights take half of an entry. */
// @inline
function twoLights(a: u32, b: u32, shift: u32): u32 {
  return load<u32>(placeOf(a, shift)) | load<u32>(placeOf(b, shift) - 2);
}

/**
 * Light of `pairs` pairs of rows of `pixels` pixels. A pixel has 12 bytes: red of both rows, green of both, blue of both. Source rows lie `fromRow` bytes apart. Pairs are written
 * `pairBytes` apart from `to` on; after the one that ends at `ringEnd` comes that at `ring`.
 */
export function lightPairs(
  from: usize,
  fromRow: usize,
  pixels: i32,
  pairs: i32,
  to: usize,
  ring: usize,
  ringEnd: usize,
  pairBytes: usize,
): void {
  const length = (<usize>pixels) << 2;
  for (; pairs > 0; pairs--, from += 2 * fromRow) {
    let out = to;
    for (let at = from, end = from + length; at < end; at += 4, out += 12) {
      const a = load<u32>(at);
      const b = load<u32>(at + fromRow);
      store<u32>(out, twoLights(a, b, 0));
      store<u32>(out, twoLights(a, b, 8), 4);
      store<u32>(out, twoLights(a, b, 16), 8);
    }
    to += pairBytes;
    if (to === ringEnd) to = ring;
  }
}

/** Sums of two products each, added to `sum`. */
// @inline
function dot(sum: v128, values: v128, weights: v128): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(values, weights));
}

/** Eight sums as light. */
// @inline
function lightOfSums(a: v128, b: v128, half: v128, shift: i32): v128 {
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(a, half), shift),
    i32x4.shr_s(i32x4.add(b, half), shift),
  );
}

/**
 * Weighted sums down, for an even number of `rows` of `values` values. The first two rows begin with the pair at `at`, the next two with the one behind it, in the ring of `lightPairs`. Each row has
 * `2 · taps` weights of 16 bits at `weights`, which add up to 2^`shift`. Results of 16 bits are written `toRow` bytes apart; the 32 bytes behind
 * each row become 0.
 */
export function sumPairsDown(
  at: usize,
  ring: usize,
  ringEnd: usize,
  pairBytes: usize,
  weights: usize,
  taps: i32,
  shift: i32,
  to: usize,
  toRow: usize,
  rows: i32,
  values: i32,
): void {
  const half = i32x4.splat(1 << (shift - 1));
  const tapBytes = (<usize>taps) << 2;
  const bytes = (<usize>values) << 2;
  const size = ringEnd - ring;
  for (; rows > 0; rows -= 2, weights += 2 * tapBytes, to += 2 * toRow) {
    const end = weights + tapBytes;
    for (let x: usize = 0, out = to; x < bytes; x += 64, out += 32) {
      let a = i32x4.splat(0);
      let b = a,
        c = a,
        d = a,
        e = a,
        f = a,
        g = a,
        h = a;
      let pair = at + x;
      const wrap = ringEnd + x;
      for (let w = weights; w < end; w += 4) {
        const first = v128.load32_splat(w);
        const second = v128.load32_splat(w + tapBytes);
        const v0 = v128.load(pair);
        const v1 = v128.load(pair, 16);
        const v2 = v128.load(pair, 32);
        const v3 = v128.load(pair, 48);
        a = dot(a, v0, first);
        b = dot(b, v1, first);
        c = dot(c, v2, first);
        d = dot(d, v3, first);
        e = dot(e, v0, second);
        f = dot(f, v1, second);
        g = dot(g, v2, second);
        h = dot(h, v3, second);
        pair += pairBytes;
        if (pair === wrap) pair -= size;
      }
      v128.store(out, lightOfSums(a, b, half, shift));
      v128.store(out, lightOfSums(c, d, half, shift), 16);
      v128.store(out + toRow, lightOfSums(e, f, half, shift));
      v128.store(out + toRow, lightOfSums(g, h, half, shift), 16);
    }
    for (let row: usize = 0; row < 2; row++) {
      const behind = to + row * toRow + (bytes >> 1);
      v128.store(behind, i32x4.splat(0));
      v128.store(behind, i32x4.splat(0), 16);
    }
    at += pairBytes;
    if (at === ringEnd) at = ring;
  }
}

/** Level of the `n`th of the values whose places are at `BLUR_PLACES`. */
// @inline
function levelOf(n: usize): u32 {
  return <u32>load<u8>(<usize>load<u16>(BLUR_PLACES + 4 * n), BYTE_OF_LIGHT);
}

// @inline
function pixelOf(n: usize): u32 {
  return levelOf(3 * n) | (levelOf(3 * n + 1) << 8) | (levelOf(3 * n + 2) << 16) | 0xff000000;
}

// @inline
function placesOf(sums: v128, factor: v128, whole: v128): v128 {
  return f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(sums), factor), whole);
}

/** Brings the colours of two neighbouring pixels together, as 16-bit values, for `count` times two pixels. 16 bytes are read and 4 written behind them. */
// @inline
function pairAcross(from: usize, to: usize, count: i32): void {
  for (const end = to + 12 * <usize>count; to < end; from += 12, to += 12) {
    const two = v128.load(from);
    v128.store(to, i16x8.shuffle(two, two, 0, 3, 1, 4, 2, 5, 6, 7));
  }
}

/**
 * Weighted sums along `rows` rows of 16-bit values, as opaque pixels. A row, `fromRow` bytes from the next one, has as many pixels around its `outputs` as the weights reach, and
 * room for 16 more. `weights` has `2 · taps` numbers of 16 bits for pixels in even places, and then as many for those in odd places, which begin at the pixel before. A place in the table of bytes is a sum times
 * `scale`; in blocks of 8 pixels with any before `left` or from `right` on, a sum times its own factor, of which `factors` has 24 for each block: of pixels in even places first. `pairs` is scratch for a row, 6
 * bytes a pixel. 32 bytes are written behind the pixels.
 */
export function sumPairsAcross(
  from: usize,
  fromRow: usize,
  rows: i32,
  weights: usize,
  taps: i32,
  outputs: i32,
  scale: f32,
  left: i32,
  right: i32,
  factors: usize,
  pairs: usize,
  to: usize,
): void {
  const whole = v128.load(WHOLE);
  const common = f32x4.splat(scale);
  const tapBytes = (<usize>taps) << 2;
  const end = weights + tapBytes;
  const count = (outputs >> 1) + taps + 1;
  for (; rows > 0; rows--, from += fromRow, to += (<usize>outputs) << 2) {
    pairAcross(from, pairs, count);
    let factor = factors;
    let first = pairs;
    let pixel = to;
    for (let x = 0; x < outputs; x += 8, first += 48, factor += 96, pixel += 32) {
      let a = i32x4.splat(0);
      let b = a,
        c = a,
        d = a,
        e = a,
        f = a;
      let at = first;
      for (let w = weights; w < end; w += 4, at += 12) {
        const even = v128.load32_splat(w);
        const odd = v128.load32_splat(w + tapBytes);
        const v0 = v128.load(at);
        const v1 = v128.load(at, 16);
        const v2 = v128.load(at, 32);
        a = dot(a, v0, even);
        b = dot(b, v1, even);
        c = dot(c, v2, even);
        d = dot(d, v0, odd);
        e = dot(e, v1, odd);
        f = dot(f, v2, odd);
      }
      if (x < left || x + 8 > right) {
        v128.store(BLUR_PLACES, placesOf(a, v128.load(factor), whole));
        v128.store(BLUR_PLACES, placesOf(b, v128.load(factor, 16), whole), 16);
        v128.store(BLUR_PLACES, placesOf(c, v128.load(factor, 32), whole), 32);
        v128.store(BLUR_PLACES, placesOf(d, v128.load(factor, 48), whole), 48);
        v128.store(BLUR_PLACES, placesOf(e, v128.load(factor, 64), whole), 64);
        v128.store(BLUR_PLACES, placesOf(f, v128.load(factor, 80), whole), 80);
      } else {
        v128.store(BLUR_PLACES, placesOf(a, common, whole));
        v128.store(BLUR_PLACES, placesOf(b, common, whole), 16);
        v128.store(BLUR_PLACES, placesOf(c, common, whole), 32);
        v128.store(BLUR_PLACES, placesOf(d, common, whole), 48);
        v128.store(BLUR_PLACES, placesOf(e, common, whole), 64);
        v128.store(BLUR_PLACES, placesOf(f, common, whole), 80);
      }
      store<u32>(pixel, pixelOf(0));
      store<u32>(pixel, pixelOf(4), 4);
      store<u32>(pixel, pixelOf(1), 8);
      store<u32>(pixel, pixelOf(5), 12);
      store<u32>(pixel, pixelOf(2), 16);
      store<u32>(pixel, pixelOf(6), 20);
      store<u32>(pixel, pixelOf(3), 24);
      store<u32>(pixel, pixelOf(7), 28);
    }
  }
}
