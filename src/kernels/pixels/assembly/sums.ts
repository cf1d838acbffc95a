// Weighted sums of rows, and of the pixels along rows: both directions of a resampling or a blur.
// biome-ignore lint/style/useImportType: AssemblyScript has no imports of types
import { Pixel3, Pixel4 } from './pixel';

/**
 * Writes Σ weight · row for `count` rows to `to`, `floats` values, rounded up to a multiple of 4. `terms` has the address and the weight of each row, 8 bytes in all.
 * Thirty-two values at a time, so that additions do not wait for each other.
 */
export function sumRows(terms: usize, count: i32, to: usize, floats: i32): void {
  const bytes = (<usize>floats) << 2;
  const end = terms + ((<usize>count) << 3);
  let x: usize = 0;
  for (; x + 128 <= bytes; x += 128) {
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    let c = f32x4.splat(0);
    let d = f32x4.splat(0);
    let e = f32x4.splat(0);
    let f = f32x4.splat(0);
    let g = f32x4.splat(0);
    let h = f32x4.splat(0);
    for (let term = terms; term < end; term += 8) {
      const row = <usize>load<u32>(term) + x;
      const weight = v128.load32_splat(term, 4);
      a = f32x4.add(a, f32x4.mul(weight, v128.load(row)));
      b = f32x4.add(b, f32x4.mul(weight, v128.load(row, 16)));
      c = f32x4.add(c, f32x4.mul(weight, v128.load(row, 32)));
      d = f32x4.add(d, f32x4.mul(weight, v128.load(row, 48)));
      e = f32x4.add(e, f32x4.mul(weight, v128.load(row, 64)));
      f = f32x4.add(f, f32x4.mul(weight, v128.load(row, 80)));
      g = f32x4.add(g, f32x4.mul(weight, v128.load(row, 96)));
      h = f32x4.add(h, f32x4.mul(weight, v128.load(row, 112)));
    }
    v128.store(to + x, a);
    v128.store(to + x, b, 16);
    v128.store(to + x, c, 32);
    v128.store(to + x, d, 48);
    v128.store(to + x, e, 64);
    v128.store(to + x, f, 80);
    v128.store(to + x, g, 96);
    v128.store(to + x, h, 112);
  }
  for (; x < bytes; x += 16) {
    let a = f32x4.splat(0);
    for (let term = terms; term < end; term += 8) {
      const weight = v128.load32_splat(term, 4);
      a = f32x4.add(a, f32x4.mul(weight, v128.load(<usize>load<u32>(term) + x)));
    }
    v128.store(to + x, a);
  }
}

function across<Pixel>(
  from: usize,
  fromRow: usize,
  taps: usize,
  outputs: i32,
  to: usize,
  toRow: usize,
  rows: i32,
): void {
  // If there are fewer than four rows, the last one is computed several times.
  const second = <usize>min(1, rows - 1);
  const third = <usize>min(2, rows - 1);
  const fourth = <usize>min(3, rows - 1);
  const to1 = to + second * toRow;
  const to2 = to + third * toRow;
  const to3 = to + fourth * toRow;
  const row1 = second * fromRow;
  const row2 = third * fromRow;
  const row3 = fourth * fromRow;
  let weights = taps + ((<usize>outputs) << 3);
  const end = weights;
  for (let x: usize = 0; taps < end; taps += 8, x += offsetof<Pixel>()) {
    let at = from + <usize>load<u32>(taps);
    const count = load<u32>(taps, 4);
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    let c = f32x4.splat(0);
    let d = f32x4.splat(0);
    if (count & 1) {
      const weight = v128.load32_splat(weights);
      a = f32x4.mul(weight, v128.load(at));
      b = f32x4.mul(weight, v128.load(at + row1));
      c = f32x4.mul(weight, v128.load(at + row2));
      d = f32x4.mul(weight, v128.load(at + row3));
      at += offsetof<Pixel>();
      weights += 4;
    }
    const pairs = count >> 1;
    if (pairs) {
      let e = f32x4.splat(0);
      let f = f32x4.splat(0);
      let g = f32x4.splat(0);
      let h = f32x4.splat(0);
      const last = weights + ((<usize>pairs) << 3);
      do {
        const near = v128.load32_splat(weights);
        const far = v128.load32_splat(weights, 4);
        a = f32x4.add(a, f32x4.mul(near, v128.load(at)));
        e = f32x4.add(e, f32x4.mul(far, v128.load(at, offsetof<Pixel>())));
        b = f32x4.add(b, f32x4.mul(near, v128.load(at + row1)));
        f = f32x4.add(f, f32x4.mul(far, v128.load(at + row1, offsetof<Pixel>())));
        c = f32x4.add(c, f32x4.mul(near, v128.load(at + row2)));
        g = f32x4.add(g, f32x4.mul(far, v128.load(at + row2, offsetof<Pixel>())));
        d = f32x4.add(d, f32x4.mul(near, v128.load(at + row3)));
        h = f32x4.add(h, f32x4.mul(far, v128.load(at + row3, offsetof<Pixel>())));
        at += 2 * offsetof<Pixel>();
        weights += 8;
      } while (weights < last);
      a = f32x4.add(a, e);
      b = f32x4.add(b, f);
      c = f32x4.add(c, g);
      d = f32x4.add(d, h);
    }
    v128.store(to + x, a);
    v128.store(to1 + x, b);
    v128.store(to2 + x, c);
    v128.store(to3 + x, d);
  }
}

/**
 * Weighted sums along up to four `rows` that lie `fromRow` and `toRow` bytes apart: pixels of 12 bytes. `taps` has, for each output, the place of its first
 * pixel in the row, in bytes, and the number of pixels; behind them follow the weights of all outputs. 4 bytes more are read and written.
 */
export function acrossRows3(
  from: usize,
  fromRow: usize,
  taps: usize,
  outputs: i32,
  to: usize,
  toRow: usize,
  rows: i32,
): void {
  across<Pixel3>(from, fromRow, taps, outputs, to, toRow, rows);
}

/** `acrossRows3` for pixels of 16 bytes. */
export function acrossRows4(
  from: usize,
  fromRow: usize,
  taps: usize,
  outputs: i32,
  to: usize,
  toRow: usize,
  rows: i32,
): void {
  across<Pixel4>(from, fromRow, taps, outputs, to, toRow, rows);
}

function acrossOne<Pixel>(from: usize, taps: usize, outputs: i32, to: usize): void {
  let weights = taps + ((<usize>outputs) << 3);
  const end = weights;
  for (; taps < end; taps += 8, to += offsetof<Pixel>()) {
    let at = from + <usize>load<u32>(taps);
    const last = weights + ((<usize>load<u32>(taps, 4)) << 2);
    let sum = f32x4.splat(0);
    for (; weights < last; weights += 4, at += offsetof<Pixel>()) {
      sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(weights), v128.load(at)));
    }
    v128.store(to, sum);
  }
}

/** `acrossRows3` for a single row. */
export function acrossRow3(from: usize, taps: usize, outputs: i32, to: usize): void {
  acrossOne<Pixel3>(from, taps, outputs, to);
}

/** `acrossRow3` for pixels of 16 bytes. */
export function acrossRow4(from: usize, taps: usize, outputs: i32, to: usize): void {
  acrossOne<Pixel4>(from, taps, outputs, to);
}

/** Multiplies each of `pixels` pixels of 16 bytes by its own factor. */
export function scaleRow4(at: usize, pixels: i32, factors: usize): void {
  for (let i = 0; i < pixels; i++, at += 16, factors += 4) {
    v128.store(at, f32x4.mul(v128.load(at), v128.load32_splat(factors)));
  }
}
