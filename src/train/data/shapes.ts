// Shapes of procedural scenes, by their signed distances in cells: negative inside.
import type { Random } from '../random.ts';

export type Distance = (x: number, y: number) => number;

export type Shape = {
  distance: Distance;
  /** Half of the extent of its bounding square in cells. */
  reach: number;
  x: number;
  y: number;
  /** Smallest width in cells; thin shapes are drawn at least one cell wide. */
  thickness: number;
};

type Frame = { x: number; y: number; reach: number; angle: number };

/** Coordinates turned into the shape's own. */
const turned = ({ x, y, angle }: Frame, inner: Distance): Distance => {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return (px, py) => inner(c * (px - x) + s * (py - y), -s * (px - x) + c * (py - y));
};

/** An ellipse whose edge may wave. */
export function blob(random: Random, frame: Frame): Shape {
  const a = frame.reach;
  const b = frame.reach * random.uniform(0.45, 1);
  const waves = random.chance(0.5) ? random.uniform(0, 0.12) : 0;
  const lobes = 2 + random.int(5);
  const phase = random.uniform(0, 6.3);
  const inner: Distance = (x, y) => {
    const radius = Math.hypot(x / a, y / b);
    const edge = 1 + waves * Math.sin(lobes * Math.atan2(y, x) + phase);
    return (radius - edge) * Math.min(a, b);
  };
  return { ...frame, distance: turned(frame, inner), thickness: 2 * Math.min(a, b) };
}

/** A rectangle. */
export function box(random: Random, frame: Frame): Shape {
  const a = frame.reach * random.uniform(0.5, 0.95);
  const b = frame.reach * random.uniform(0.3, 0.95);
  const inner: Distance = (x, y) => Math.max(Math.abs(x) - a, Math.abs(y) - b);
  return { ...frame, distance: turned(frame, inner), thickness: 2 * Math.min(a, b) };
}

/** A triangle, as roofs and mountains have it. */
export function triangle(random: Random, frame: Frame): Shape {
  const half = frame.reach * random.uniform(0.5, 1);
  const height = frame.reach * random.uniform(0.6, 1.4);
  const length = Math.hypot(half, height);
  const inner: Distance = (x, y) =>
    Math.max(y - height / 2, (height * Math.abs(x) - half * (y + height / 2)) / length);
  return { ...frame, distance: turned(frame, inner), thickness: Math.min(half, height) };
}

/** A stroke with round ends. */
export function stroke(random: Random, frame: Frame): Shape {
  const half = frame.reach;
  const radius = random.uniform(0.35, 1.3);
  const inner: Distance = (x, y) => {
    const along = Math.min(half, Math.max(-half, x));
    return Math.hypot(x - along, y) - radius;
  };
  return {
    ...frame,
    reach: half + radius,
    distance: turned(frame, inner),
    thickness: 2 * radius,
  };
}

/** Everything below a wavy line, as hills and water have it. */
export function ground(random: Random, { y, reach }: { y: number; reach: number }): Shape {
  const amplitude = random.uniform(0, 3);
  const frequency = random.uniform(0.05, 0.4);
  const slope = random.uniform(-0.3, 0.3);
  const phase = random.uniform(0, 6.3);
  const distance: Distance = (px, py) =>
    y + amplitude * Math.sin(frequency * px + phase) + slope * (px - reach) - py;
  return { x: reach, y: reach, reach: 2 * reach, distance, thickness: reach };
}
