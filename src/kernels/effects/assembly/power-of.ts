// Powers of four values at a time, as 2^(exponent · log2 x) with polynomials.

/**
 * `values` (each above zero) to the power of `exponent`, with relative errors below 1e-6 for values from 1e-12 to 1. Results below 2^-126
 * are undefined.
 */
@inline
export function powerOf(values: v128, exponent: v128): v128 {
  // x = 2^e · m with m between √½ and √2; log2 m = s (c0 + c1 s² + c2 s⁴) with s = (m − 1) / (m + 1).
  const e = i32x4.shr_s(i32x4.sub(values, i32x4.splat(0x3f3504f3)), 23);
  const m = i32x4.sub(values, i32x4.shl(e, 23));
  const one = f32x4.splat(1);
  const s = f32x4.div(f32x4.sub(m, one), f32x4.add(m, one));
  const t = f32x4.mul(s, s);
  let p = f32x4.add(f32x4.mul(t, f32x4.splat(0.5957965)), f32x4.splat(0.96158786));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(2.88539043));
  const log = f32x4.add(f32x4.mul(p, s), f32x4.convert_i32x4_s(e));
  // 2^y = 2^n · 2^f with n whole and f between −½ and ½.
  const y = f32x4.mul(log, exponent);
  const n = f32x4.nearest(y);
  const f = f32x4.sub(y, n);
  let q = f32x4.add(f32x4.mul(f, f32x4.splat(0.00132764716)), f32x4.splat(0.00967554133));
  q = f32x4.add(f32x4.mul(q, f), f32x4.splat(0.0555071327));
  q = f32x4.add(f32x4.mul(q, f), f32x4.splat(0.2402212));
  q = f32x4.add(f32x4.mul(q, f), f32x4.splat(0.69314697));
  q = f32x4.add(f32x4.mul(q, f), f32x4.splat(1.00000007));
  return i32x4.add(q, i32x4.shl(i32x4.trunc_sat_f32x4_s(n), 23));
}
