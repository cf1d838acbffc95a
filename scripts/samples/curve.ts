// Scalar curves that scenes blend with.

export const clamp = (x: number, low = 0, high = 1): number => Math.min(Math.max(x, low), high);

export const lerp = (a: number, b: number, t: number): number => a + (b - a) * t;

/** 0 below `from`, 1 above `to`, a cubic in between; `from` may exceed `to`. */
export function ramp(from: number, to: number, x: number): number {
  const t = clamp((x - from) / (to - from));
  return t * t * (3 - 2 * t);
}

/** Minimum of two distances with a rounded seam about `k` wide. */
export function softMin(a: number, b: number, k: number): number {
  const h = Math.max(k - Math.abs(a - b), 0) / k;
  return Math.min(a, b) - h * h * k * 0.25;
}

/** Maximum of two distances with a rounded seam about `k` wide. */
export const softMax = (a: number, b: number, k: number): number => -softMin(-a, -b, k);
