// Convolutions with SIMD loops, in AssemblyScript. They work on the memory of tf.js' tensors.
//
// XNNPACK, which tf.js calls, multiplies and adds in two instructions, and has no tiles for three channels; a fused multiply-add
// needs one instruction.
import { bytes, mirrored } from './pointers';

/** Pixels that are computed at a time: with 8 channels each, their sums take 12 of the 16 vector registers. */
const TILE: i32 = 6;

/**
 * Copies `x` `[height, width, channels]` to `out` with a mirrored border of `border` pixels, which must be narrower than the picture.
 * `twice` is 0 if the pixels at the edge are not repeated, as in MirrorPad's REFLECT, and 1 if they are. `oddRows` and `oddColumns`
 * are further rows and columns of border, after the last ones.
 */
export function pad(
  x: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  border: i32,
  twice: i32,
  oddRows: i32,
  oddColumns: i32,
): void {
  const pixel = bytes(channels);
  const row = pixel * <usize>width;
  for (let y = -border; y < height + border + oddRows; y++) {
    const from = x + row * <usize>mirrored(y, height, twice);
    for (let i = -border; i < 0; i++, out += pixel) {
      memory.copy(out, from + pixel * <usize>mirrored(i, width, twice), pixel);
    }
    memory.copy(out, from, row);
    out += row;
    for (let i = width; i < width + border + oddColumns; i++, out += pixel) {
      memory.copy(out, from + pixel * <usize>mirrored(i, width, twice), pixel);
    }
  }
}

/**
 * A convolution of the padded `x` for `channels` output channels (a multiple of 8). `weights` are in the order `[channels / 8, taps, run, 8]`;
 * `taps` is the number of rows of the filter, and `run` their width times the input channels. Results are clipped to `least` … `most`.
 * `xStep` and `xPixel` are the distances from the window of one output to the window of the output below it and beside it. `xRow`,
 * `outRow` and `outPixel` are the distances between rows and pixels.
 */
export function conv(
  x: usize,
  weights: usize,
  bias: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  taps: i32,
  run: i32,
  xRow: i32,
  xStep: i32,
  xPixel: i32,
  outRow: i32,
  outPixel: i32,
  least: f32,
  most: f32,
): void {
  for (let y = 0; y < height; y++) {
    const from = x + bytes(y * xStep);
    const to = out + bytes(y * outRow);
    for (let c = 0; c < channels; c += 8) {
      const w = weights + bytes(c * taps * run);
      for (let i = 0; i < width; i += TILE) {
        // The last tile overlaps the one before it.
        const first = min(i, width - TILE);
        if (first >= 0) {
          tile(
            from + bytes(first * xPixel),
            w,
            bias + bytes(c),
            to + bytes(first * outPixel + c),
            taps,
            run,
            bytes(xRow),
            bytes(xPixel),
            bytes(outPixel),
            least,
            most,
          );
        } else {
          for (let j = 0; j < width; j++) {
            single(
              from + bytes(j * xPixel),
              w,
              bias + bytes(c),
              to + bytes(j * outPixel + c),
              taps,
              run,
              bytes(xRow),
              least,
              most,
            );
          }
        }
      }
    }
  }
}

function tile(
  x: usize,
  w: usize,
  bias: usize,
  out: usize,
  taps: i32,
  run: i32,
  xRow: usize,
  pixel: usize,
  outPixel: usize,
  least: f32,
  most: f32,
): void {
  const b0 = v128.load(bias);
  const b1 = v128.load(bias, 16);
  let a0 = b0,
    a1 = b1,
    g0 = b0,
    g1 = b1;
  let c0 = b0,
    c1 = b1,
    d0 = b0,
    d1 = b1,
    e0 = b0,
    e1 = b1,
    f0 = b0,
    f1 = b1;
  for (let k = 0; k < taps; k++) {
    const end = x + bytes(run);
    let p0 = x;
    let p1 = p0 + pixel;
    let p2 = p1 + pixel;
    let p3 = p2 + pixel;
    let p4 = p3 + pixel;
    let p5 = p4 + pixel;
    for (; p0 < end; p0 += 4, p1 += 4, p2 += 4, p3 += 4, p4 += 4, p5 += 4, w += 32) {
      const w0 = v128.load(w);
      const w1 = v128.load(w, 16);
      let v = v128.load32_splat(p0);
      a0 = f32x4.relaxed_madd(v, w0, a0);
      a1 = f32x4.relaxed_madd(v, w1, a1);
      v = v128.load32_splat(p1);
      g0 = f32x4.relaxed_madd(v, w0, g0);
      g1 = f32x4.relaxed_madd(v, w1, g1);
      v = v128.load32_splat(p2);
      c0 = f32x4.relaxed_madd(v, w0, c0);
      c1 = f32x4.relaxed_madd(v, w1, c1);
      v = v128.load32_splat(p3);
      d0 = f32x4.relaxed_madd(v, w0, d0);
      d1 = f32x4.relaxed_madd(v, w1, d1);
      v = v128.load32_splat(p4);
      e0 = f32x4.relaxed_madd(v, w0, e0);
      e1 = f32x4.relaxed_madd(v, w1, e1);
      v = v128.load32_splat(p5);
      f0 = f32x4.relaxed_madd(v, w0, f0);
      f1 = f32x4.relaxed_madd(v, w1, f1);
    }
    x += xRow;
  }
  const low = f32x4.splat(least);
  const high = f32x4.splat(most);
  store8(out, a0, a1, low, high);
  store8(out + outPixel, g0, g1, low, high);
  store8(out + 2 * outPixel, c0, c1, low, high);
  store8(out + 3 * outPixel, d0, d1, low, high);
  store8(out + 4 * outPixel, e0, e1, low, high);
  store8(out + 5 * outPixel, f0, f1, low, high);
}

function single(
  x: usize,
  w: usize,
  bias: usize,
  out: usize,
  taps: i32,
  run: i32,
  xRow: usize,
  least: f32,
  most: f32,
): void {
  let a0 = v128.load(bias);
  let a1 = v128.load(bias, 16);
  for (let k = 0; k < taps; k++) {
    const end = x + bytes(run);
    for (let p = x; p < end; p += 4, w += 32) {
      const v = v128.load32_splat(p);
      a0 = f32x4.relaxed_madd(v, v128.load(w), a0);
      a1 = f32x4.relaxed_madd(v, v128.load(w, 16), a1);
    }
    x += xRow;
  }
  store8(out, a0, a1, f32x4.splat(least), f32x4.splat(most));
}

function store8(out: usize, low4: v128, high4: v128, least: v128, most: v128): void {
  v128.store(out, f32x4.pmin(most, f32x4.pmax(least, low4)));
  v128.store(out, f32x4.pmin(most, f32x4.pmax(least, high4)), 16);
}
