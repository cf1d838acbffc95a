// Distance fields of the bodies that larger figures are built from.
import { clamp } from './curve.ts';
import type { Vec } from './vector.ts';

/** Near-exact distance to an axis-aligned ellipsoid. */
export function ellipsoid(x: number, y: number, z: number, c: Vec, r: Vec): number {
  const a = (x - c[0]) / r[0];
  const b = (y - c[1]) / r[1];
  const d = (z - c[2]) / r[2];
  const near = Math.sqrt(a * a + b * b + d * d);
  const far = Math.sqrt((a / r[0]) ** 2 + (b / r[1]) ** 2 + (d / r[2]) ** 2);
  return far > 0 ? (near * (near - 1)) / far : -Math.min(r[0], r[1], r[2]);
}

export const ball = (x: number, y: number, z: number, c: Vec, r: number): number =>
  Math.sqrt((x - c[0]) ** 2 + (y - c[1]) ** 2 + (z - c[2]) ** 2) - r;

/** Limb from `a` to `b` whose radius runs from `ra` to `rb`. */
export function limb(
  x: number,
  y: number,
  z: number,
  a: Vec,
  b: Vec,
  ra: number,
  rb: number,
): number {
  const [dx, dy, dz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  const [px, py, pz] = [x - a[0], y - a[1], z - a[2]];
  const t = clamp((px * dx + py * dy + pz * dz) / (dx * dx + dy * dy + dz * dz));
  return (
    Math.sqrt((px - t * dx) ** 2 + (py - t * dy) ** 2 + (pz - t * dz) ** 2) - ra - t * (rb - ra)
  );
}
