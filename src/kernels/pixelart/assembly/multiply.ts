// Products of matrices with SIMD loops.
import { bytes } from './pointers';

/** Rows that are multiplied at a time. */
const TILE: i32 = 4;

/** `out` `[count, channels]` = `x` `[count, inputs]` times `weights`, in the order `[channels / 8, inputs, 8]`. `inputs` is a multiple of 4, `channels` one of 8. */
export function multiply(
  x: usize,
  weights: usize,
  out: usize,
  count: i32,
  inputs: i32,
  channels: i32,
): void {
  const pixel = bytes(inputs);
  const outPixel = bytes(channels);
  for (let c = 0; c < channels; c += 8) {
    const w = weights + bytes(c * inputs);
    const to = out + bytes(c);
    if (count < TILE) {
      for (let t = 0; t < count; t++) {
        single(x + pixel * <usize>t, w, to + outPixel * <usize>t, pixel);
      }
      continue;
    }
    for (let t = 0; t < count; t += TILE) {
      // The last tiles overlap those before them.
      const first = <usize>min(t, count - TILE);
      fourTiles(x + pixel * first, w, to + outPixel * first, pixel, outPixel);
    }
  }
}

function fourTiles(x: usize, w: usize, out: usize, pixel: usize, outPixel: usize): void {
  const zero = f32x4.splat(0);
  let a0 = zero,
    a1 = zero,
    b0 = zero,
    b1 = zero;
  let c0 = zero,
    c1 = zero,
    d0 = zero,
    d1 = zero;
  const end = x + pixel;
  let pb = x + pixel;
  let pc = pb + pixel;
  let pd = pc + pixel;
  // Four inputs at a time: one load and four shuffles cost less than four loads if the runtime checks the bounds of every load.
  for (; x < end; x += 16, pb += 16, pc += 16, pd += 16, w += 128) {
    const a = v128.load(x);
    const b = v128.load(pb);
    const c = v128.load(pc);
    const d = v128.load(pd);
    let w0 = v128.load(w);
    let w1 = v128.load(w, 16);
    let v = i8x16.shuffle(a, a, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
    a0 = f32x4.relaxed_madd(v, w0, a0);
    a1 = f32x4.relaxed_madd(v, w1, a1);
    v = i8x16.shuffle(b, b, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
    b0 = f32x4.relaxed_madd(v, w0, b0);
    b1 = f32x4.relaxed_madd(v, w1, b1);
    v = i8x16.shuffle(c, c, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
    c0 = f32x4.relaxed_madd(v, w0, c0);
    c1 = f32x4.relaxed_madd(v, w1, c1);
    v = i8x16.shuffle(d, d, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
    d0 = f32x4.relaxed_madd(v, w0, d0);
    d1 = f32x4.relaxed_madd(v, w1, d1);
    w0 = v128.load(w, 32);
    w1 = v128.load(w, 48);
    v = i8x16.shuffle(a, a, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7);
    a0 = f32x4.relaxed_madd(v, w0, a0);
    a1 = f32x4.relaxed_madd(v, w1, a1);
    v = i8x16.shuffle(b, b, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7);
    b0 = f32x4.relaxed_madd(v, w0, b0);
    b1 = f32x4.relaxed_madd(v, w1, b1);
    v = i8x16.shuffle(c, c, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7);
    c0 = f32x4.relaxed_madd(v, w0, c0);
    c1 = f32x4.relaxed_madd(v, w1, c1);
    v = i8x16.shuffle(d, d, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7);
    d0 = f32x4.relaxed_madd(v, w0, d0);
    d1 = f32x4.relaxed_madd(v, w1, d1);
    w0 = v128.load(w, 64);
    w1 = v128.load(w, 80);
    v = i8x16.shuffle(a, a, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11);
    a0 = f32x4.relaxed_madd(v, w0, a0);
    a1 = f32x4.relaxed_madd(v, w1, a1);
    v = i8x16.shuffle(b, b, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11);
    b0 = f32x4.relaxed_madd(v, w0, b0);
    b1 = f32x4.relaxed_madd(v, w1, b1);
    v = i8x16.shuffle(c, c, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11);
    c0 = f32x4.relaxed_madd(v, w0, c0);
    c1 = f32x4.relaxed_madd(v, w1, c1);
    v = i8x16.shuffle(d, d, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11);
    d0 = f32x4.relaxed_madd(v, w0, d0);
    d1 = f32x4.relaxed_madd(v, w1, d1);
    w0 = v128.load(w, 96);
    w1 = v128.load(w, 112);
    v = i8x16.shuffle(a, a, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15);
    a0 = f32x4.relaxed_madd(v, w0, a0);
    a1 = f32x4.relaxed_madd(v, w1, a1);
    v = i8x16.shuffle(b, b, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15);
    b0 = f32x4.relaxed_madd(v, w0, b0);
    b1 = f32x4.relaxed_madd(v, w1, b1);
    v = i8x16.shuffle(c, c, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15);
    c0 = f32x4.relaxed_madd(v, w0, c0);
    c1 = f32x4.relaxed_madd(v, w1, c1);
    v = i8x16.shuffle(d, d, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15);
    d0 = f32x4.relaxed_madd(v, w0, d0);
    d1 = f32x4.relaxed_madd(v, w1, d1);
  }
  out = store8(out, a0, a1, outPixel);
  out = store8(out, b0, b1, outPixel);
  out = store8(out, c0, c1, outPixel);
  store8(out, d0, d1, outPixel);
}

function store8(out: usize, low: v128, high: v128, step: usize): usize {
  v128.store(out, low);
  v128.store(out, high, 16);
  return out + step;
}

function single(x: usize, w: usize, out: usize, pixel: usize): void {
  let low = f32x4.splat(0);
  let high = low;
  for (const end = x + pixel; x < end; x += 4, w += 32) {
    const v = v128.load32_splat(x);
    low = f32x4.relaxed_madd(v, v128.load(w), low);
    high = f32x4.relaxed_madd(v, v128.load(w, 16), high);
  }
  store8(out, low, high, 0);
}
