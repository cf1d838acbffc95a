// Convolutions to three channels with SIMD loops over planes. A vector holds neighbouring pixels, so no lane is wasted.
import { bytes, mirrored } from './pointers';

/** Neighbouring pixels that are computed at a time: 3 vectors of 4 pixels, for each of 3 channels. */
const STRIP: i32 = 12;

/** Copies `x` `[height, width, channels]` with a mirrored border to one plane per channel, whose rows have `row` floats. */
export function planes(
  x: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  border: i32,
  row: i32,
): void {
  const plane = bytes(row * (height + 2 * border));
  for (let y = -border; y < height + border; y++, out += bytes(row)) {
    const from = x + bytes(mirrored(y, height, 0) * width * channels);
    let at = out;
    for (let i = -border; i < width + border; i++, at += 4) {
      const pixel = from + bytes(mirrored(i, width, 0) * channels);
      let to = at;
      for (let c = 0; c < channels; c++, to += plane) {
        f32.store(to, f32.load(pixel + bytes(c)));
      }
    }
  }
}

/**
 * A convolution of planes that `planes` made, for 3 output channels. The results are planes of `height` rows of `outRow` floats: the
 * width, rounded up to whole strips of 12. `weights` are in the order `[channels, side, side, 4]`; the last of each 4 is unused.
 */
export function convPlanes(
  x: usize,
  weights: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  side: i32,
  xRow: i32,
  xPlane: i32,
  outRow: i32,
): void {
  const plane = bytes(height * outRow);
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < width; i += STRIP) {
      const to = out + bytes(y * outRow + i);
      strip(
        x + bytes(y * xRow + i),
        weights,
        to,
        channels,
        side,
        bytes(xRow),
        bytes(xPlane),
        plane,
      );
    }
  }
}

function strip(
  x: usize,
  w: usize,
  out: usize,
  channels: i32,
  side: i32,
  xRow: usize,
  xPlane: usize,
  plane: usize,
): void {
  let r0 = f32x4.splat(0);
  let r1 = r0,
    r2 = r0,
    g0 = r0,
    g1 = r0,
    g2 = r0,
    b0 = r0,
    b1 = r0,
    b2 = r0;
  for (let c = 0; c < channels; c++, x += xPlane) {
    let from = x;
    for (let k = 0; k < side; k++, from += xRow) {
      const end = from + bytes(side);
      for (let p = from; p < end; p += 4, w += 16) {
        const v0 = v128.load(p);
        const v1 = v128.load(p, 16);
        const v2 = v128.load(p, 32);
        // One load and three shuffles cost less than three loads if the runtime checks the bounds of every load.
        const all = v128.load(w);
        let weight = i8x16.shuffle(all, all, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
        r0 = f32x4.relaxed_madd(v0, weight, r0);
        r1 = f32x4.relaxed_madd(v1, weight, r1);
        r2 = f32x4.relaxed_madd(v2, weight, r2);
        weight = i8x16.shuffle(all, all, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7);
        g0 = f32x4.relaxed_madd(v0, weight, g0);
        g1 = f32x4.relaxed_madd(v1, weight, g1);
        g2 = f32x4.relaxed_madd(v2, weight, g2);
        weight = i8x16.shuffle(all, all, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11);
        b0 = f32x4.relaxed_madd(v0, weight, b0);
        b1 = f32x4.relaxed_madd(v1, weight, b1);
        b2 = f32x4.relaxed_madd(v2, weight, b2);
      }
    }
  }
  store12(out, r0, r1, r2);
  store12(out + plane, g0, g1, g2);
  store12(out + 2 * plane, b0, b1, b2);
}

function store12(out: usize, a: v128, b: v128, c: v128): void {
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
}

/** Copies three planes, whose rows have `row` floats, to `out` `[height, width, 3]`. */
export function interleave(x: usize, out: usize, height: i32, width: i32, row: i32): void {
  const plane = bytes(height * row);
  for (let y = 0; y < height; y++, x += bytes(row)) {
    const end = x + bytes(width);
    for (let p = x; p < end; p += 4, out += 12) {
      f32.store(out, f32.load(p));
      f32.store(out, f32.load(p + plane), 4);
      f32.store(out, f32.load(p + 2 * plane), 8);
    }
  }
}
