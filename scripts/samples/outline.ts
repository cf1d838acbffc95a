// Flat shapes of the sticker: smooth closed curves through given points, and distances to them.
import { clamp } from './curve.ts';

export type Point = readonly [x: number, y: number];

/** Signed distance to a shape, negative inside. */
export type Shape = (x: number, y: number) => number;

const steps = 8;

/** Closed Catmull-Rom curve; a point given twice in a row makes a corner. */
function smooth(points: readonly Point[]): Point[] {
  const at = (i: number): Point => points[(i + points.length) % points.length] as Point;
  return points.flatMap((_, i) =>
    Array.from({ length: steps }, (_, s): Point => {
      const t = s / steps;
      const on = (axis: 0 | 1): number => {
        const [a, b, c, d] = [at(i - 1)[axis], at(i)[axis], at(i + 1)[axis], at(i + 2)[axis]];
        return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
      };
      return [on(0), on(1)];
    }),
  );
}

/** Shape inside the smooth closed curve through `points`. */
export function outline(points: readonly Point[]): Shape {
  const corners = smooth(points);
  return (x, y) => {
    let squared = Number.POSITIVE_INFINITY;
    let inside = false;
    let [ax, ay] = corners.at(-1) as Point;
    for (const [bx, by] of corners) {
      const dx = bx - ax;
      const dy = by - ay;
      const t = clamp(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1));
      squared = Math.min(squared, (x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2);
      if (ay > y !== by > y && x < ax + ((y - ay) / dy) * dx) inside = !inside;
      ax = bx;
      ay = by;
    }
    return Math.sqrt(squared) * (inside ? -1 : 1);
  };
}

/** The shape and its mirror image across x = 0. */
export const mirrored =
  (shape: Shape): Shape =>
  (x, y) =>
    shape(Math.abs(x), y);

/** Ellipse; the distance is exact on the outline and near enough around it. */
export const oval =
  ([cx, cy]: Point, [rx, ry]: Point): Shape =>
  (x, y) => {
    const [a, b] = [(x - cx) / rx, (y - cy) / ry];
    const near = Math.hypot(a, b);
    return (near * (near - 1)) / (Math.hypot(a / rx, b / ry) || 1);
  };
