// Turned solids: an outline in (radius, height), baked into a table of signed distances.
import { clamp } from './curve.ts';

/** A corner of the outline; the way to the next corner bulges outward by `bulge` (1 is a half circle). */
export type Corner = readonly [radius: number, height: number, bulge?: number];

type Point = readonly [number, number];

const arcSteps = 14;

function arc([r, y, bulge = 0]: Corner, [r2, y2]: Corner): Point[] {
  const chord = Math.hypot(r2 - r, y2 - y);
  if (bulge === 0 || chord === 0) return [[r, y]];
  const direction = [(r2 - r) / chord, (y2 - y) / chord] as const;
  const angle = 2 * Math.atan(bulge);
  const radius = chord / (2 * Math.sin(angle));
  const centreR = (r + r2) / 2 - direction[1] * radius * Math.cos(angle);
  const centreY = (y + y2) / 2 + direction[0] * radius * Math.cos(angle);
  return Array.from({ length: arcSteps }, (_, i): Point => {
    const turn = angle * ((2 * i) / arcSteps - 1);
    const out = radius * Math.cos(turn);
    const on = radius * Math.sin(turn);
    return [
      centreR + direction[1] * out + direction[0] * on,
      centreY - direction[0] * out + direction[1] * on,
    ];
  });
}

/** Signed distance to a closed polygon, negative inside. */
function polygonDistance(points: readonly Point[], r: number, y: number): number {
  let squared = Number.POSITIVE_INFINITY;
  let inside = false;
  let [ar, ay] = points.at(-1) as Point;
  for (const [br, by] of points) {
    const dr = br - ar;
    const dy = by - ay;
    const t = clamp(((r - ar) * dr + (y - ay) * dy) / (dr * dr + dy * dy || 1));
    // The axis is no surface.
    if (ar > 0 || br > 0)
      squared = Math.min(squared, (r - ar - t * dr) ** 2 + (y - ay - t * dy) ** 2);
    if (ay > y !== by > y && r < ar + ((y - ay) / dy) * dr) inside = !inside;
    [ar, ay] = [br, by];
  }
  return Math.sqrt(squared) * (inside ? -1 : 1);
}

export type Lathe = {
  /** Signed distance at a radius and a height. */
  distance: (r: number, y: number) => number;
  radius: number;
  height: number;
};

/** Turns an outline that runs from the axis at the foot to the axis at the top; `cell` is the table's pitch. */
export function turn(outline: readonly Corner[], cell: number): Lathe {
  const points = outline.flatMap((corner, i) =>
    arc(corner, outline[(i + 1) % outline.length] as Corner),
  );
  const radius = Math.max(...points.map(([r]) => r));
  const height = Math.max(...points.map(([, y]) => y));
  const margin = 4;
  const columns = Math.ceil(radius / cell) + 2 * margin;
  const rows = Math.ceil(height / cell) + 2 * margin;
  const table = new Float32Array(columns * rows);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      table[j * columns + i] = polygonDistance(points, i * cell, (j - margin) * cell);
    }
  }
  return {
    radius,
    height,
    distance: (r, y) => {
      const x = clamp(r / cell, 0, columns - 1.001);
      const z = clamp(y / cell + margin, 0, rows - 1.001);
      const i = Math.floor(x);
      const j = Math.floor(z);
      const at = j * columns + i;
      const u = x - i;
      const a = table[at] as number;
      const b = table[at + columns] as number;
      const low = a + ((table[at + 1] as number) - a) * u;
      const high = b + ((table[at + columns + 1] as number) - b) * u;
      return low + (high - low) * (z - j);
    },
  };
}
