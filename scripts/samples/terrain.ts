// A valley with a lake: ridged mountains on a grid, worn by falling drops of water. Lengths in km.
import { clamp, lerp, ramp } from './curve.ts';
import { chance, noise2 } from './noise.ts';

/** Ground covered: `x` from -reach to reach, `z` (away from the camera) from 0 to 2 · reach. */
export const reach = 7;

export type Heights = { side: number; table: Float32Array };

function ridges(x: number, z: number, octaves: number): number {
  let sum = 0;
  let weight = 0.5;
  let carry = 1;
  for (let o = 0; o < octaves; o++) {
    const ridge = 1 - Math.abs(2 * noise2(x, z, 40 + o) - 1);
    const sharp = ridge * ridge;
    sum += weight * sharp * carry;
    // Valleys stay smooth, crests collect detail.
    carry = clamp(sharp * 1.6);
    [x, z] = [1.7 * x + 1.1 * z + 3.1, -1.1 * x + 1.7 * z + 8.7];
    weight *= 0.5;
  }
  return sum;
}

const bump = (x: number, z: number, wx: number, wz: number): number =>
  Math.exp(-((x / wx) ** 2) - (z / wz) ** 2);

/** The valley before erosion; the lake is where it lies below 0. */
function raised(x: number, z: number): number {
  const ridge = ridges(x * 0.42 + 2.3, z * 0.42 + 0.7, 7);
  const back = ramp(3.4, 8, z) * 0.8;
  const sides = ramp(0.9, 3.6, Math.abs(x - 0.25 + 0.25 * Math.sin(z * 1.3))) * ramp(1.2, 4.5, z);
  const peak =
    1.75 * bump(x - 1.25, z - 8.3, 1.5, 1.7) +
    1.0 * bump(x + 2.7, z - 7.2, 1.5, 1.5) +
    0.75 * bump(x + 0.7, z - 10, 1.8, 1.4) +
    0.8 * bump(x - 4.4, z - 6.2, 1.4, 1.6);
  return (back + sides * 0.75) * (0.12 + 1.15 * ridge) + peak * (0.5 + 0.75 * ridge) - 0.13;
}

/** Lets one drop run downhill, taking soil where it is fast and leaving it where it is slow. */
function drop(table: Float32Array, side: number, seed: number): void {
  let x = 1 + chance(seed, 1) * (side - 4);
  let y = 1 + chance(seed, 2) * (side - 4);
  let [dx, dy, speed, water, soil] = [0, 0, 1, 1, 0];
  const cell = (2 * reach) / (side - 1);
  for (let step = 0; step < 48; step++) {
    const i = Math.floor(x);
    const j = Math.floor(y);
    const [u, v] = [x - i, y - j];
    const at = j * side + i;
    const a = table[at] as number;
    const b = table[at + 1] as number;
    const c = table[at + side] as number;
    const d = table[at + side + 1] as number;
    const height = lerp(lerp(a, b, u), lerp(c, d, u), v);
    dx = dx * 0.15 - lerp(b - a, d - c, v) * 0.85;
    dy = dy * 0.15 - lerp(c - a, d - b, u) * 0.85;
    const length = Math.hypot(dx, dy);
    if (length < 1e-9) return;
    x += dx / length;
    y += dy / length;
    if (x < 1 || y < 1 || x > side - 3 || y > side - 3) return;
    const [k, l] = [Math.floor(x), Math.floor(y)];
    const to = l * side + k;
    const next = lerp(
      lerp(table[to] as number, table[to + 1] as number, x - k),
      lerp(table[to + side] as number, table[to + side + 1] as number, x - k),
      y - l,
    );
    const fall = height - next;
    const load = Math.max(fall / cell, 0.02) * speed * water * 0.02;
    const change =
      fall < 0
        ? Math.min(soil, -fall)
        : soil > load
          ? (soil - load) * 0.25
          : -Math.min((load - soil) * 0.35, fall * 0.9);
    soil -= change;
    for (const [cornerAt, share] of [
      [at, (1 - u) * (1 - v)],
      [at + 1, u * (1 - v)],
      [at + side, (1 - u) * v],
      [at + side + 1, u * v],
    ] as const) {
      table[cornerAt] = (table[cornerAt] as number) + change * share;
    }
    speed = Math.sqrt(Math.max(0.05, speed * speed + (fall / cell) * 0.6));
    water *= 0.975;
  }
}

/** Heights on a grid of `side` × `side`, after erosion. */
export function shapeTerrain(side: number): Heights {
  const table = new Float32Array(side * side);
  const cell = (2 * reach) / (side - 1);
  for (let j = 0; j < side; j++) {
    for (let i = 0; i < side; i++) table[j * side + i] = raised(i * cell - reach, j * cell);
  }
  for (let n = 0; n < side * side * 0.6; n++) drop(table, side, n);
  return { side, table };
}

/** Height at a place, between the samples of the grid. */
export function heightAt({ side, table }: Heights, x: number, z: number): number {
  const cell = (2 * reach) / (side - 1);
  const a = clamp((x + reach) / cell, 0, side - 1.001);
  const b = clamp(z / cell, 0, side - 1.001);
  const i = Math.floor(a);
  const j = Math.floor(b);
  const at = j * side + i;
  const near = lerp(table[at] as number, table[at + 1] as number, a - i);
  const far = lerp(table[at + side] as number, table[at + side + 1] as number, a - i);
  return lerp(near, far, b - j);
}
