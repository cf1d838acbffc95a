// A separable blur of interleaved pictures with zeros outside: along the rows to scratch memory, then along the columns.
import { bytes } from './pointers';

/** Values that are computed at a time. */
const GROUP: i32 = 16;

/**
 * Blurs `x` `[height, width, channels]` with `2 · radius + 1` symmetric `taps`. If `scaleX` is not 0, values are multiplied by
 * `scaleX` (one factor for each value of a row) and `scaleY` (one for each row): before the blur if `before` is 1, otherwise after it. `row`
 * is scratch for a row, `radius` pixels on both sides and 16 values; `rows` for the picture with rows rounded up to 16 values.
 */
export function blur(
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
  row: usize,
  rows: usize,
): void {
  const length = width * channels;
  const stride = (length + GROUP - 1) & -GROUP;
  const margin = bytes(radius * channels);
  const centre = taps + bytes(radius);
  memory.fill(row, 0, 2 * margin + bytes(stride));
  for (let y = 0; y < height; y++) {
    const from = x + bytes(y * length);
    if (before) scaled(from, row + margin, length, scaleX, f32.load(scaleY + bytes(y)));
    else memory.copy(row + margin, from, bytes(length));
    const to = rows + bytes(y * stride);
    for (let i = 0; i < stride; i += GROUP) {
      symmetric(row + margin + bytes(i), to + bytes(i), centre, radius, bytes(channels));
    }
  }
  for (let y = 0; y < height; y++) {
    const up = min(radius, y);
    const down = min(radius, height - 1 - y);
    const isInside = up === radius && down === radius;
    for (let i = 0; i < stride; i += GROUP) {
      const at = rows + bytes(y * stride + i);
      if (isInside) symmetric(at, row + bytes(i), centre, radius, bytes(stride));
      else alongColumn(at, row + bytes(i), centre, up, down, bytes(stride));
    }
    const to = out + bytes(y * length);
    if (scaleX !== 0 && !before) scaled(row, to, length, scaleX, f32.load(scaleY + bytes(y)));
    else memory.copy(to, row, bytes(length));
  }
}

/** Multiplies a row by the factors at `scale` and by `factor`. */
export function scaled(from: usize, to: usize, length: i32, scale: usize, factor: f32): void {
  const by = f32x4.splat(factor);
  const end = from + bytes(length);
  for (; from + 16 <= end; from += 16, to += 16, scale += 16) {
    v128.store(to, f32x4.mul(v128.load(from), f32x4.mul(v128.load(scale), by)));
  }
  for (; from < end; from += 4, to += 4, scale += 4) {
    f32.store(to, f32.load(from) * (f32.load(scale) * factor));
  }
}

/** Sums 16 values and those up to `radius` steps before and behind them. `taps` is the address of the middle weight. */
export function symmetric(x: usize, out: usize, taps: usize, radius: i32, step: usize): void {
  const w0 = v128.load32_splat(taps);
  let a = f32x4.mul(v128.load(x), w0);
  let b = f32x4.mul(v128.load(x, 16), w0);
  let c = f32x4.mul(v128.load(x, 32), w0);
  let d = f32x4.mul(v128.load(x, 48), w0);
  let left = x;
  let right = x;
  for (let k = 1; k <= radius; k++) {
    left -= step;
    right += step;
    taps += 4;
    const w = v128.load32_splat(taps);
    a = f32x4.add(a, f32x4.mul(f32x4.add(v128.load(left), v128.load(right)), w));
    b = f32x4.add(b, f32x4.mul(f32x4.add(v128.load(left, 16), v128.load(right, 16)), w));
    c = f32x4.add(c, f32x4.mul(f32x4.add(v128.load(left, 32), v128.load(right, 32)), w));
    d = f32x4.add(d, f32x4.mul(f32x4.add(v128.load(left, 48), v128.load(right, 48)), w));
  }
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
}

/** Sums `up` rows above, the row at `x`, and `down` rows below. */
export function alongColumn(
  x: usize,
  out: usize,
  taps: usize,
  up: i32,
  down: i32,
  stride: usize,
): void {
  let p = x - <usize>up * stride;
  let w = taps - bytes(up);
  let a = f32x4.splat(0);
  let b = a,
    c = a,
    d = a;
  for (let k = -up; k <= down; k++, p += stride, w += 4) {
    const v = v128.load32_splat(w);
    a = f32x4.add(a, f32x4.mul(v128.load(p), v));
    b = f32x4.add(b, f32x4.mul(v128.load(p, 16), v));
    c = f32x4.add(c, f32x4.mul(v128.load(p, 32), v));
    d = f32x4.add(d, f32x4.mul(v128.load(p, 48), v));
  }
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
}
