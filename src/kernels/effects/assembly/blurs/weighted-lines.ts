// Weighted sums of lines, 16 values at a time, which blurs are made of.
import { bytes } from '../pointers';

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

/** The sums of `symmetric` for eight values and for those a step behind them, which have most terms in common; the second ones are written to `next`. */
export function symmetricTwice(
  x: usize,
  out: usize,
  next: usize,
  taps: usize,
  radius: i32,
  step: usize,
): void {
  const w0 = v128.load32_splat(taps);
  let left = x;
  let right = x + step;
  let above = v128.load(left);
  let aboveB = v128.load(left, 16);
  let below = v128.load(right);
  let belowB = v128.load(right, 16);
  let a = f32x4.mul(above, w0);
  let b = f32x4.mul(aboveB, w0);
  let c = f32x4.mul(below, w0);
  let d = f32x4.mul(belowB, w0);
  for (let k = 1; k <= radius; k++) {
    left -= step;
    right += step;
    taps += 4;
    const w = v128.load32_splat(taps);
    const l = v128.load(left);
    const lB = v128.load(left, 16);
    const r = v128.load(right);
    const rB = v128.load(right, 16);
    a = f32x4.add(a, f32x4.mul(f32x4.add(l, below), w));
    b = f32x4.add(b, f32x4.mul(f32x4.add(lB, belowB), w));
    c = f32x4.add(c, f32x4.mul(f32x4.add(above, r), w));
    d = f32x4.add(d, f32x4.mul(f32x4.add(aboveB, rB), w));
    above = l;
    aboveB = lB;
    below = r;
    belowB = rB;
  }
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(next, c);
  v128.store(next, d, 16);
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
