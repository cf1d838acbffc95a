// What all parts of the drawn ship share: its own axes afloat, its lines in plan and profile, spars and ropes.
import { clamp, lerp, ramp } from './curve.ts';
import { trace } from './hatching.ts';
import type { Point } from './outline.ts';
import type { Paper } from './pen.ts';
import { add, mix, type Vec } from './vector.ts';

const heel = 0.085;
const pitch = 0.035;

/** From the ship's own axes (bow +x, up +y, starboard +z) to the world: heeled and pitched. */
export function afloat([x, y, z]: Vec): Vec {
  const [cy, cz] = [
    y * Math.cos(heel) - z * Math.sin(heel),
    z * Math.cos(heel) + y * Math.sin(heel),
  ];
  return [
    x * Math.cos(pitch) - cy * Math.sin(pitch),
    cy * Math.cos(pitch) + x * Math.sin(pitch),
    cz,
  ];
}

/** Straight line between two places on the ship, for `trace`. */
export const line = (a: Vec, b: Vec) => (t: number) => afloat(mix(a, b, t));

/** Height of the rail above the water, at `s` 0 (stern) to 1 (bow). */
export const sheer = (s: number): number =>
  1.2 + 2.3 * (s - 0.5) ** 2 + 0.45 * ramp(0.3, 0.16, s) + 0.16 * ramp(0.72, 0.8, s);

/** Half width of the ship. */
export const beam = (s: number): number =>
  1.22 * (1 - 0.42 * ramp(0.4, 0, s)) * Math.sqrt(clamp(1 - ramp(0.58, 1.02, s) ** 1.6));

/** Draws a round spar, lit from the upper left; thickness in units of the sheet at either end. */
export function spar(paper: Paper, a: Vec, b: Vec, thick: number, thin: number): void {
  const points = trace(line(a, b), 16);
  const last = points.length - 1;
  const width = (i: number): number => lerp(thick, thin, i / last);
  paper.stroke(points, { width: 1, taper: 0, wobble: 0.2 }, width);
  // A light along the upper left side leaves the rest as shadow.
  const [start, end] = [points[0] as Point, points[last] as Point];
  const length = Math.hypot(end[0] - start[0], end[1] - start[1]);
  const [nx, ny] = [(end[1] - start[1]) / length, -(end[0] - start[0]) / length];
  const lit = nx + ny < 0 ? 1 : -1;
  const strip = (i: number, s: number): Point => {
    const [x, y] = points[i] as Point;
    return [x + nx * lit * s * width(i), y + ny * lit * s * width(i)];
  };
  if (thick < 3) return;
  paper.clear([
    ...points.map((_, i) => strip(i, 0.32)),
    ...points.map((_, i) => strip(last - i, 0.02)),
  ]);
}

/** Draws a rope that sags. */
export function rope(paper: Paper, a: Vec, b: Vec, sag = 0.1, width = 0.8): void {
  const curve = (t: number): Vec => afloat(add(mix(a, b, t), [0, -sag * 4 * t * (1 - t), 0]));
  paper.stroke(trace(curve, 16), { width, taper: 0, wobble: 0.15 });
}
