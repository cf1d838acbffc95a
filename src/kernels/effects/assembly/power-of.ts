// Powers of four values at a time, as 2^(exponent · log2 x) with polynomials.

// V8 builds a constant vector anew wherever it is used, which takes twice as long as all of the arithmetic. It cannot do so for
// variables, so loops copy these to locals. (`touch` makes them variables.)
let ROOT_HALF: v128 = i32x4.splat(0x3f3504f3);
let ONE: v128 = f32x4.splat(1);
let LOG_0: v128 = f32x4.splat(2.88539043);
let LOG_1: v128 = f32x4.splat(0.96158786);
let LOG_2: v128 = f32x4.splat(0.5957965);
/** Added to a number below 2^22, it leaves the nearest whole number in the lowest bits. */
let WHOLE: v128 = f32x4.splat(12582912);
let EXP_1: v128 = f32x4.splat(0.69314697);
let EXP_2: v128 = f32x4.splat(0.2402212);
let EXP_3: v128 = f32x4.splat(0.0555071327);
let EXP_4: v128 = f32x4.splat(0.00967554133);
let EXP_5: v128 = f32x4.splat(0.00132764716);

/** Never called with true. */
export function touch(change: bool): void {
  if (!change) return;
  const zero = f32x4.splat(0);
  ROOT_HALF = zero;
  ONE = zero;
  LOG_0 = zero;
  LOG_1 = zero;
  LOG_2 = zero;
  WHOLE = zero;
  EXP_1 = zero;
  EXP_2 = zero;
  EXP_3 = zero;
  EXP_4 = zero;
  EXP_5 = zero;
}

/** max(x, least) to the power of `exponent`, for `count` values, with relative errors below 1e-6 for values from 1e-12 to 1. */
export function powers(x: usize, out: usize, count: i32, exponent: f32, least: f32): void {
  const rootHalf = ROOT_HALF;
  const one = ONE;
  const log0 = LOG_0;
  const log1 = LOG_1;
  const log2 = LOG_2;
  const whole = WHOLE;
  const exp1 = EXP_1;
  const exp2 = EXP_2;
  const exp3 = EXP_3;
  const exp4 = EXP_4;
  const exp5 = EXP_5;
  const by = f32x4.splat(exponent);
  const low = f32x4.splat(least);
  const end = x + ((<usize>count) << 2);
  for (; x + 16 <= end; x += 16, out += 16) {
    const v = f32x4.pmax(low, v128.load(x));
    v128.store(
      out,
      powerOf(v, by, rootHalf, one, log0, log1, log2, whole, exp1, exp2, exp3, exp4, exp5),
    );
  }
  if (x === end) return;
  const v = f32x4.pmax(low, loadPart(x, end - x));
  const last = powerOf(v, by, rootHalf, one, log0, log1, log2, whole, exp1, exp2, exp3, exp4, exp5);
  storePart(out, last, end - x);
}

// @inline
function powerOf(
  values: v128,
  exponent: v128,
  rootHalf: v128,
  one: v128,
  log0: v128,
  log1: v128,
  log2: v128,
  whole: v128,
  exp1: v128,
  exp2: v128,
  exp3: v128,
  exp4: v128,
  exp5: v128,
): v128 {
  // x = 2^e · m with m between √½ and √2; log2 m = s (c0 + c1 s² + c2 s⁴) with s = (m − 1) / (m + 1).
  const e = i32x4.shr_s(i32x4.sub(values, rootHalf), 23);
  const m = i32x4.sub(values, i32x4.shl(e, 23));
  const s = f32x4.div(f32x4.sub(m, one), f32x4.add(m, one));
  const t = f32x4.mul(s, s);
  let p = f32x4.add(f32x4.mul(t, log2), log1);
  p = f32x4.add(f32x4.mul(p, t), log0);
  const log = f32x4.add(f32x4.mul(p, s), f32x4.convert_i32x4_s(e));
  // 2^y = 2^n · 2^f with n whole and f between −½ and ½.
  const y = f32x4.mul(log, exponent);
  const n = f32x4.add(y, whole);
  const f = f32x4.sub(y, f32x4.sub(n, whole));
  let q = f32x4.add(f32x4.mul(f, exp5), exp4);
  q = f32x4.add(f32x4.mul(q, f), exp3);
  q = f32x4.add(f32x4.mul(q, f), exp2);
  q = f32x4.add(f32x4.mul(q, f), exp1);
  q = f32x4.add(f32x4.mul(q, f), one);
  return i32x4.add(q, i32x4.shl(n, 23));
}

/** The cube roots of four values, each of at least 1e-30. */
// @inline
export function cubeRootOf(values: v128): v128 {
  return powerOf(
    f32x4.pmax(f32x4.splat(1e-30), values),
    f32x4.splat(1.0 / 3.0),
    ROOT_HALF,
    ONE,
    LOG_0,
    LOG_1,
    LOG_2,
    WHOLE,
    EXP_1,
    EXP_2,
    EXP_3,
    EXP_4,
    EXP_5,
  );
}

/** Loads the 4, 8 or 12 bytes at the end of a row. */
export function loadPart(at: usize, rest: usize): v128 {
  if (rest === 4) return v128.load32_zero(at);
  const two = v128.load64_zero(at);
  return rest === 8 ? two : v128.load32_lane(at, two, 2, 8);
}

/** Stores the first one, two or three values. */
export function storePart(at: usize, values: v128, rest: usize): void {
  if (rest === 4) {
    v128.store32_lane(at, values, 0);
    return;
  }
  v128.store64_lane(at, values, 0);
  if (rest === 12) v128.store32_lane(at, values, 2, 8);
}
