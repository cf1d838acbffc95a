// OKLab with chroma counted double, of four colours at a time, or of one colour in three lanes.
import { cubeRootOf } from '../power-of';

// @inline
function sum3(r: v128, g: v128, b: v128, x: f32, y: f32, z: f32): v128 {
  const first = f32x4.add(f32x4.mul(r, f32x4.splat(x)), f32x4.mul(g, f32x4.splat(y)));
  return f32x4.add(first, f32x4.mul(b, f32x4.splat(z)));
}

// @inline
export function longRoot(r: v128, g: v128, b: v128): v128 {
  return cubeRootOf(sum3(r, g, b, 0.4122214708, 0.5363325363, 0.0514459929));
}

// @inline
export function middleRoot(r: v128, g: v128, b: v128): v128 {
  return cubeRootOf(sum3(r, g, b, 0.2119034982, 0.6806995451, 0.1073969566));
}

// @inline
export function shortRoot(r: v128, g: v128, b: v128): v128 {
  return cubeRootOf(sum3(r, g, b, 0.0883024619, 0.2817188376, 0.6299787005));
}

// @inline
export function lightnessOf(l: v128, m: v128, s: v128): v128 {
  return sum3(l, m, s, 0.2104542553, 0.793617785, -0.0040720468);
}

/** Twice a. */
// @inline
export function greenRedOf(l: v128, m: v128, s: v128): v128 {
  return sum3(l, m, s, 3.955996991, -4.85718441, 0.9011874198);
}

/** Twice b. */
// @inline
export function blueYellowOf(l: v128, m: v128, s: v128): v128 {
  return sum3(l, m, s, 0.0518080742, 1.5655435324, -1.617351536);
}
