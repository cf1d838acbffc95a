// Surfaces of the ink drawing: seen through its camera, outlined, and hatched along their own curves.
import { clamp, lerp } from './curve.ts';
import { chance, noise2 } from './noise.ts';
import type { Point } from './outline.ts';
import type { Paper, Pen } from './pen.ts';
import { cross, dot, normalize, sub, type Vec } from './vector.ts';

/** Place on a surface for `u`, `v` in 0…1. */
export type Patch = (u: number, v: number) => Vec;

const turn = 1.02;
const eye: Vec = [0.6 + 27 * Math.cos(turn), 2.1, 27 * Math.sin(turn)];
const right: Vec = [Math.sin(turn), 0, -Math.cos(turn)];
const ahead: Vec = [-Math.cos(turn), 0, -Math.sin(turn)];
const zoom = 1335;

/** Height of the horizon on the sheet. */
export const horizon = 556;

/** Where a place of the world (y up, sea level 0) lies on the sheet. The camera looks level. */
export function project(place: Vec): Point {
  const away = sub(place, eye);
  const depth = dot(away, ahead);
  return [354 + (zoom * dot(away, right)) / depth, horizon - (zoom * away[1]) / depth];
}

/** The place at sea level that is seen at sheet x, at the given distance. */
export function onSea(x: number, depth: number): Vec {
  const side = ((x - 354) * depth) / zoom;
  return [
    eye[0] + ahead[0] * depth + right[0] * side,
    0,
    eye[2] + ahead[2] * depth + right[2] * side,
  ];
}

export const seaDistance = (place: Vec): number => dot(sub(place, eye), ahead);

const light = normalize([
  -0.75 * right[0] - 0.55 * ahead[0],
  0.62,
  -0.75 * right[2] - 0.55 * ahead[2],
]);

/** Darkness 0…1 of a patch at (`u`, `v`): the side that faces the viewer turned away from the light. */
export function shade(patch: Patch, u: number, v: number): number {
  const e = 0.01;
  const along = sub(patch(u + e, v), patch(u - e, v));
  const down = sub(patch(u, v + e), patch(u, v - e));
  let normal = normalize(cross(along, down));
  if (dot(normal, ahead) > 0) normal = [-normal[0], -normal[1], -normal[2]];
  return clamp(0.5 - 0.62 * dot(normal, light));
}

/** Points of a curve in space, seen on the sheet. */
export const trace = (curve: (t: number) => Vec, steps = 24): Point[] =>
  Array.from({ length: steps + 1 }, (_, i) => project(curve(i / steps)));

/** The border of a patch, once around. */
export const border = (patch: Patch, steps = 20): Point[] => [
  ...trace((t) => patch(t, 0), steps),
  ...trace((t) => patch(1, t), steps),
  ...trace((t) => patch(1 - t, 1), steps),
  ...trace((t) => patch(0, 1 - t), steps),
];

export type Hatch = {
  /** Lines over the whole patch. */
  lines: number;
  /** Whether the lines run along `u` or along `v`. */
  along: 'u' | 'v';
  tone: (u: number, v: number) => number;
  pen: Pen;
  seed: number;
};

const thresholds = [0.3, 0.62, 0.44, 0.74];

/** Lines along a patch where it is dark: more of them, and heavier, the darker it is. */
export function hatch(paper: Paper, patch: Patch, { lines, along, tone, pen, seed }: Hatch): void {
  const steps = 40;
  for (let k = 0; k < lines; k++) {
    const across = (k + 0.5 + 0.35 * (chance(k, seed, 1) - 0.5)) / lines;
    const least = (thresholds[k % 4] as number) + 0.12 * (chance(k, seed, 2) - 0.5);
    let run: Point[] = [];
    let weights: number[] = [];
    const lift = (): void => {
      const pressed = weights;
      if (run.length > 2) paper.stroke(run, { taper: 0.3, ...pen }, (i) => pressed[i] as number);
      run = [];
      weights = [];
    };
    for (let i = 0; i <= steps; i++) {
      const t = i / steps;
      const [u, v] = along === 'u' ? [t, across] : [across, t];
      const dark = tone(u, v) + 0.1 * (noise2(9 * t, 1.7 * k, seed) - 0.5);
      if (dark < least) {
        lift();
        continue;
      }
      run.push(project(patch(u, v)));
      weights.push(lerp(0.55, 1.25, clamp((dark - least) * 2.2)));
    }
    lift();
  }
}
