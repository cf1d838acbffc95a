// A separable blur of interleaved pictures with zeros outside: along the rows to scratch memory, then along the columns.
import { bytes } from '../pointers';
import { alongColumn, scaled, symmetric, symmetricTwice } from './weighted-lines';

/** Values that are computed at a time. */
const GROUP: i32 = 16;
/** The same where two rows are computed at once. */
const HALF: i32 = 8;

/**
 * Blurs `x` `[height, width, channels]` with `2 · radius + 1` symmetric `taps`. If `scaleX` is not 0, values are multiplied by
 * `scaleX` (one factor for each value of a row) and `scaleY` (one for each row): before the blur if `before` is 1, otherwise after it. `row`
 * is scratch for a row, rounded up to 16 values, and as much again or `radius` pixels on both sides if those are more; `rows` for the picture with rows rounded up to 16 values.
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
  for (let y = 0; y < height; ) {
    const from = rows + bytes(y * stride);
    const made = y >= radius && y + 1 + radius < height ? 2 : 1;
    if (made === 2) {
      for (let i = 0; i < stride; i += HALF) {
        const at = row + bytes(i);
        symmetricTwice(from + bytes(i), at, at + bytes(stride), centre, radius, bytes(stride));
      }
    } else {
      const up = min(radius, y);
      const down = min(radius, height - 1 - y);
      for (let i = 0; i < stride; i += GROUP) {
        alongColumn(from + bytes(i), row + bytes(i), centre, up, down, bytes(stride));
      }
    }
    for (let at = row, end = row + bytes(made * stride); at < end; at += bytes(stride), y++) {
      const to = out + bytes(y * length);
      if (scaleX !== 0 && !before) scaled(at, to, length, scaleX, f32.load(scaleY + bytes(y)));
      else memory.copy(to, at, bytes(length));
    }
  }
}

/** Replaces `count` values of `out` by 2 x less them. */
export function reflect(x: usize, out: usize, count: i32): void {
  const end = out + bytes(count);
  for (; out + 16 <= end; out += 16, x += 16) {
    const v = v128.load(x);
    v128.store(out, f32x4.sub(f32x4.add(v, v), v128.load(out)));
  }
  for (; out < end; out += 4, x += 4) f32.store(out, 2 * f32.load(x) - f32.load(out));
}
