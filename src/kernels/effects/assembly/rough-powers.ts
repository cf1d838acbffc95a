// The powers 1.2 and 2.2 of colours, off by less than a hundredth of a level, in less than half of the time of exact ones.
import { between } from './enlarged';
import { bytes } from './pointers';
import { loadPart, powers, storePart } from './power-of';

// x^0.2 as a polynomial of √x from 1/2048 to 1: x times its error is below 6e-5. They are variables as those of `lanes.ts` are.
let C0: v128 = f32x4.splat(0.23527043);
let C1: v128 = f32x4.splat(1.93904427);
let C2: v128 = f32x4.splat(-3.14631011);
let C3: v128 = f32x4.splat(3.79752227);
let C4: v128 = f32x4.splat(-2.49428271);
let C5: v128 = f32x4.splat(0.66881527);

/** Never called with true. */
export function keepCoefficients(change: bool): void {
  if (!change) return;
  const zero = f32x4.splat(0);
  C0 = zero;
  C1 = zero;
  C2 = zero;
  C3 = zero;
  C4 = zero;
  C5 = zero;
}

/** max(x, least) to the power of `exponent`, for `count` values; if `rough` is 1, the exponent is 1.2 or 2.2 and `least` is not below 1/2048. */
export function anyPowers(
  x: usize,
  out: usize,
  count: i32,
  exponent: f32,
  least: f32,
  rough: i32,
): void {
  if (!rough) powers(x, out, count, exponent, least);
  else if (exponent > 2) roughPowers(x, out, count, least, true);
  else roughPowers(x, out, count, least, false);
}

// @inline
function roughPowers(x: usize, out: usize, count: i32, least: f32, isSquare: bool): void {
  const low = f32x4.splat(least);
  const c0 = C0;
  const c1 = C1;
  const c2 = C2;
  const c3 = C3;
  const c4 = C4;
  const c5 = C5;
  const end = x + bytes(count);
  for (; x + 16 <= end; x += 16, out += 16) {
    v128.store(out, rough(f32x4.pmax(low, v128.load(x)), isSquare, c0, c1, c2, c3, c4, c5));
  }
  if (x === end) return;
  const part = f32x4.pmax(low, loadPart(x, end - x));
  storePart(out, rough(part, isSquare, c0, c1, c2, c3, c4, c5), end - x);
}

// @inline
function rough(
  v: v128,
  isSquare: bool,
  c0: v128,
  c1: v128,
  c2: v128,
  c3: v128,
  c4: v128,
  c5: v128,
): v128 {
  // Even and odd terms apart, so that they do not wait for each other.
  const even = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(c4, v), c2), v), c0);
  const odd = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(c5, v), c3), v), c1);
  const share = f32x4.add(even, f32x4.mul(odd, f32x4.sqrt(v)));
  return f32x4.mul(share, isSquare ? f32x4.mul(v, v) : v);
}

/** A row of values to the power of 1.2, at least `least` before, times the row between four others; `length` in bytes is a multiple of 16. */
export function pulledRow(
  x: usize,
  out: usize,
  length: usize,
  a: usize,
  b: usize,
  c: usize,
  d: usize,
  weights: usize,
  least: f32,
): void {
  const low = f32x4.splat(least);
  const c0 = C0;
  const c1 = C1;
  const c2 = C2;
  const c3 = C3;
  const c4 = C4;
  const c5 = C5;
  const w0 = v128.load32_splat(weights);
  const w1 = v128.load32_splat(weights, 4);
  const w2 = v128.load32_splat(weights, 8);
  const w3 = v128.load32_splat(weights, 12);
  for (let i: usize = 0; i < length; i += 16) {
    const light = rough(f32x4.pmax(low, v128.load(x + i)), false, c0, c1, c2, c3, c4, c5);
    const slope = between(a + i, b + i, c + i, d + i, w0, w1, w2, w3);
    v128.store(out + i, f32x4.mul(light, slope));
  }
}
