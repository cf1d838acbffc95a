// What a gradient step of a hybrid makes of four values.

/** Four values of x after a step: `keep` · x + `pulled` + `near` · (x − target), clipped to `low` … `high`. */
// @inline
export function moved(
  x: v128,
  target: v128,
  pulled: v128,
  keep: v128,
  near: v128,
  low: v128,
  high: v128,
): v128 {
  const pushed = f32x4.mul(f32x4.sub(x, target), near);
  const sum = f32x4.add(f32x4.add(f32x4.mul(x, keep), pulled), pushed);
  return f32x4.pmin(high, f32x4.pmax(low, sum));
}
