// A wide separable blur of interleaved pictures with zeros outside, at every second pixel and row; the others are interpolated.

import { bytes } from '../pointers';
import { alongColumn, scaled, symmetric } from './weighted-lines';

/** Values that are computed at a time. */
const GROUP: i32 = 16;
/** Samples of a line that are outside of it: one before, two behind. */
const OUTSIDE: i32 = 3;

// @inline
function samplesOf(length: i32): i32 {
  return ((length + 1) >> 1) + OUTSIDE;
}

/**
 * As `blur`, but values in odd places are interpolated from the four nearest ones in even places. `line` is scratch for four lines of half a row, `2 · radius` pixels and 64 values each; `rows` for half of
 * the rows and 4 more, rounded up to 16 values, and for all rows if `before` is 1 or they are not whole groups of 16.
 */
export function wideBlur(
  x: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  taps: usize,
  radius: i32,
  scaleX: usize,
  scaleY: usize,
  before: i32,
  line: usize,
  rows: usize,
): void {
  const length = width * channels;
  const stride = (length + GROUP - 1) & -GROUP;
  const centre = taps + bytes(radius);
  const down = samplesOf(height);
  const padded = (radius + 3) >> 1;
  const room = bytes(((width >> 1) + radius + 8) * channels + 4 * GROUP);
  const even = line;
  const odd = even + room;
  const across = odd + room;
  const between = across + room;
  let source = x;
  // Rows are read in groups; those of other lengths are copied to where there is room behind them.
  if (before || length !== stride) {
    source = rows + bytes(stride * down);
    for (let y = 0; y < height; y++) {
      const from = x + bytes(y * length);
      const to = source + bytes(y * stride);
      if (before) scaled(from, to, length, scaleX, f32.load(scaleY + bytes(y)));
      else memory.copy(to, from, bytes(length));
    }
  }
  memory.fill(line, 0, 2 * room);
  for (let s = 0; s < down; s++) {
    const y = 2 * (s - 1);
    const row = rows + bytes(stride * s);
    const at = source + bytes(y * stride);
    const isInside = y >= radius && y + radius < height;
    const up = min(radius, y);
    const under = min(radius, height - 1 - y);
    for (let i = 0; i < stride; i += GROUP) {
      const to = row + bytes(i);
      if (isInside) symmetric(at + bytes(i), to, centre, radius, bytes(stride));
      else alongColumn(at + bytes(i), to, centre, up, under, bytes(stride));
    }
    split(row, even, odd, width, channels, padded);
    const first = bytes((padded - 1) * channels);
    const values = samplesOf(width) * channels;
    for (let i = 0; i < values; i += GROUP) {
      const o = first + bytes(i);
      alternating(even + o, odd + o, across + bytes(i), centre, radius, bytes(channels));
    }
    const half = (width >> 1) * channels;
    const pixel = bytes(channels);
    middles(across, pixel, between, half);
    join(across + pixel, between, row, width, channels);
  }
  for (let y = 0; y < height; y++) {
    const row = rows + bytes(stride * ((y >> 1) + 1));
    let from = row;
    if (y & 1) {
      from = even;
      middles(row - bytes(stride), bytes(stride), even, length);
    }
    const to = out + bytes(y * length);
    if (scaleX !== 0 && !before) scaled(from, to, length, scaleX, f32.load(scaleY + bytes(y)));
    else memory.copy(to, from, bytes(length));
  }
}

/** Sums as `symmetric` does, across a line whose pixels in even places are at `even` and those behind them at `odd`. */
function alternating(
  even: usize,
  odd: usize,
  out: usize,
  taps: usize,
  radius: i32,
  pixel: usize,
): void {
  const w0 = v128.load32_splat(taps);
  let a = f32x4.mul(v128.load(even), w0);
  let b = f32x4.mul(v128.load(even, 16), w0);
  let c = f32x4.mul(v128.load(even, 32), w0);
  let d = f32x4.mul(v128.load(even, 48), w0);
  let left = odd - pixel;
  let right = odd;
  let nextLeft = even - pixel;
  let nextRight = even + pixel;
  for (let k = 1; k <= radius; k++) {
    taps += 4;
    const w = v128.load32_splat(taps);
    a = f32x4.add(a, f32x4.mul(f32x4.add(v128.load(left), v128.load(right)), w));
    b = f32x4.add(b, f32x4.mul(f32x4.add(v128.load(left, 16), v128.load(right, 16)), w));
    c = f32x4.add(c, f32x4.mul(f32x4.add(v128.load(left, 32), v128.load(right, 32)), w));
    d = f32x4.add(d, f32x4.mul(f32x4.add(v128.load(left, 48), v128.load(right, 48)), w));
    const l = left;
    const r = right;
    left = nextLeft;
    right = nextRight;
    nextLeft = l - pixel;
    nextRight = r + pixel;
  }
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
}

/** For each of `count` values what is in the middle between it and the three that follow in steps of `step`. Up to 3 values more are written. */
function middles(first: usize, step: usize, out: usize, count: i32): void {
  const near = f32x4.splat(147.0 / 256.0);
  const far = f32x4.splat(19.0 / 256.0);
  for (const end = out + bytes(count); out < end; out += 16, first += 16) {
    const inner = f32x4.add(v128.load(first + step), v128.load(first + 2 * step));
    const outer = f32x4.add(v128.load(first), v128.load(first + 3 * step));
    v128.store(out, f32x4.sub(f32x4.mul(inner, near), f32x4.mul(outer, far)));
  }
}

/** Copies the pixels of a line to two, from the pixel number `to` on. */
function split(line: usize, even: usize, odd: usize, width: i32, channels: i32, to: i32): void {
  const pixel = bytes(channels);
  even += pixel * <usize>to;
  odd += pixel * <usize>to;
  for (let i = 0; i < width; i += 2, even += pixel, odd += pixel) {
    copyPixel(line, even, channels);
    line += pixel;
    if (i + 1 < width) copyPixel(line, odd, channels);
    line += pixel;
  }
}

function join(even: usize, odd: usize, line: usize, width: i32, channels: i32): void {
  const pixel = bytes(channels);
  for (let i = 0; i < width; i += 2, even += pixel, odd += pixel) {
    copyPixel(even, line, channels);
    line += pixel;
    if (i + 1 < width) copyPixel(odd, line, channels);
    line += pixel;
  }
}

// @inline
function copyPixel(from: usize, to: usize, channels: i32): void {
  if (channels === 3) {
    i64.store(to, i64.load(from));
    i32.store(to + 8, i32.load(from + 8));
    return;
  }
  for (const end = to + bytes(channels); to < end; to += 4, from += 4)
    i32.store(to, i32.load(from));
}
