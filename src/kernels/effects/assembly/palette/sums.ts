// What the two ordered dithers compute for four values at a time: sums of three products, and slopes of cube roots.

import { cubeRootOf } from '../power-of';

/** Cube root below which its slope is held constant. */
const LEAST_ROOT: f32 = 0.2;

/** The slope of the cube root of a response. */
// @inline
export function slopeOf(response: v128): v128 {
  const root = f32x4.pmax(f32x4.splat(LEAST_ROOT), cubeRootOf(response));
  return f32x4.div(f32x4.splat(1.0 / 3.0), f32x4.mul(root, root));
}

// @inline
export function mixed(a: v128, b: v128, c: v128, x: f32, y: f32, z: f32): v128 {
  const first = f32x4.add(f32x4.mul(a, f32x4.splat(x)), f32x4.mul(b, f32x4.splat(y)));
  return f32x4.add(first, f32x4.mul(c, f32x4.splat(z)));
}

// @inline
export function weighed(a: v128, b: v128, c: v128, x: v128, y: v128, z: v128): v128 {
  return f32x4.add(f32x4.add(f32x4.mul(a, x), f32x4.mul(b, y)), f32x4.mul(c, z));
}
