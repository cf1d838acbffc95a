// The powers 1.2 and 2.2 of colours, off by less than a hundredth of a level, in less than half of the time of exact ones.
import { bytes, storePixel } from './pointers';
import { loadPart, powers, storePart } from './power-of';

// x^0.2 as a polynomial of the fourth root of x from 1/2048 to 1: x times its error is below 1.3e-5. They are variables as those of `lanes.ts` are.
export let C0: v128 = f32x4.splat(0.064825214);
export let C1: v128 = f32x4.splat(1.1352376);
export let C2: v128 = f32x4.splat(-0.2659932);
export let C3: v128 = f32x4.splat(0.065943316);

/** Never called with true. */
export function keepCoefficients(change: bool): void {
  if (!change) return;
  const zero = f32x4.splat(0);
  C0 = zero;
  C1 = zero;
  C2 = zero;
  C3 = zero;
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
  const end = x + bytes(count);
  for (; x + 16 <= end; x += 16, out += 16) {
    v128.store(out, rough(f32x4.pmax(low, v128.load(x)), isSquare, c0, c1, c2, c3));
  }
  if (x === end) return;
  const part = f32x4.pmax(low, loadPart(x, end - x));
  storePart(out, rough(part, isSquare, c0, c1, c2, c3), end - x);
}

/** Four values from 1/2048 to 1 to the power of 1.2, or of 2.2 if `isSquare`. */
// @inline
export function rough(v: v128, isSquare: bool, c0: v128, c1: v128, c2: v128, c3: v128): v128 {
  const root = f32x4.sqrt(v);
  const even = f32x4.add(f32x4.mul(c2, root), c0);
  const odd = f32x4.add(f32x4.mul(c3, root), c1);
  const share = f32x4.add(even, f32x4.mul(odd, f32x4.sqrt(root)));
  return f32x4.mul(share, isSquare ? f32x4.mul(v, v) : v);
}

/**
 * Means over squares of `coarse` × `coarse` pixels of three values to the power of 2.2, at least `least` before; `coarse` is a multiple of 4. `length` is that of a
 * row in bytes.
 */
export function lightOfSquares(
  x: usize,
  out: usize,
  height: i32,
  length: usize,
  coarse: i32,
  least: f32,
): void {
  const low = f32x4.splat(least);
  const factor = f32x4.splat(<f32>1 / <f32>(coarse * coarse));
  const c0 = f32x4.mul(C0, factor);
  const c1 = f32x4.mul(C1, factor);
  const c2 = f32x4.mul(C2, factor);
  const c3 = f32x4.mul(C3, factor);
  const side = bytes(3 * coarse);
  for (let y = 0; y < height; y += coarse, x += length * <usize>coarse) {
    for (let from = x, end = x + length; from < end; from += side, out += 12) {
      // Four pixels of three values are three vectors.
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      for (let row = from, last = from + length * <usize>coarse; row < last; row += length) {
        for (let at = row; at < row + side; at += 48) {
          a = f32x4.add(a, rough(f32x4.pmax(low, v128.load(at)), true, c0, c1, c2, c3));
          b = f32x4.add(b, rough(f32x4.pmax(low, v128.load(at, 16)), true, c0, c1, c2, c3));
          c = f32x4.add(c, rough(f32x4.pmax(low, v128.load(at, 32)), true, c0, c1, c2, c3));
        }
      }
      const outer = f32x4.add(a, i32x4.shuffle(c, c, 1, 2, 3, 3));
      const inner = f32x4.add(i32x4.shuffle(a, b, 3, 4, 5, 5), i32x4.shuffle(b, c, 2, 3, 4, 4));
      storePixel(out, f32x4.add(outer, inner), 3);
    }
  }
}
