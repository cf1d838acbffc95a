// Foreground of the landscape: a bank of grass with spruces, drawn as flat shapes in picture coordinates.
import { clamp, lerp, ramp } from './curve.ts';
import { linear } from './film.ts';
import { chance, fractal2, noise2 } from './noise.ts';
import { mix, scale, type Vec } from './vector.ts';

type Spruce = { x: number; foot: number; height: number; seed: number };

const spruces: readonly Spruce[] = (
  [
    [0.035, 1.0, 0.8],
    [0.115, 1.0, 0.6],
    [0.19, 0.985, 0.42],
    [-0.03, 1.0, 0.66],
    [0.075, 0.98, 0.36],
    [0.245, 0.985, 0.25],
    [0.285, 0.98, 0.16],
    [0.985, 1.0, 0.56],
    [0.925, 0.99, 0.36],
    [0.88, 0.985, 0.22],
    [1.03, 1.0, 0.42],
    [0.845, 0.98, 0.13],
  ] as const
).map(([x, foot, height], seed) => ({ x, foot, height, seed }));

const needles = linear(0x1b2e24);
const deep = linear(0x0a1416);
const sunny = linear(0xa07c3a);

/** How much of a spruce covers a place, and its colour there. */
function spruceAt({ x, foot, height, seed }: Spruce, px: number, py: number): Vec | undefined {
  const t = (py - foot + height) / height;
  if (t < 0 || t > 1) return undefined;
  const lean = (noise2(t * 2, seed, 21) - 0.5) * 0.02;
  const u = (px - x) / height - lean;
  const reach = 0.185 * t ** 0.82 + 0.006;
  if (Math.abs(u) > reach * 1.35) return undefined;
  const side = u < 0 ? seed * 2 : seed * 2 + 1;
  // Boughs droop: the saw tooth slides down with the distance from the trunk.
  const wobble = noise2(t * 9, side, 5) * 2.2 + noise2(u * 38 + seed * 9, t * 30, 6) * 0.9;
  const phase = t * (15 + 6 * chance(seed, 3)) - Math.abs(u) * (16 + 10 * t) + wobble;
  const bough = phase - Math.floor(phase);
  const length = 0.35 + 0.65 * chance(Math.floor(phase), side, 8);
  const ragged = noise2(u * 190, t * 150, side) * 0.45 + noise2(u * 520, t * 340, side) * 0.5;
  const edge = reach * (0.42 + 0.75 * bough * length + 0.25 * bough) - Math.abs(u);
  if (edge < reach * (ragged - 0.12)) return undefined;
  const tip = ramp(0.2, 0.9, bough * 0.6 + ragged * 0.5) * ramp(0.1, 0.9, Math.abs(u) / reach);
  const lit = clamp(0.5 - u / reach) * tip * lerp(1, 0.35, t);
  const shade = mix(deep, needles, clamp(bough * 0.8 + ragged * 0.6));
  return mix(shade, sunny, lit * 0.85);
}

/** Height of the bank's edge in picture coordinates, blades of grass included. */
function bankEdge(px: number): number {
  const shape = 0.985 - 0.075 * ramp(0.42, 0, px) - 0.06 * ramp(0.7, 1, px);
  const blades = noise2(px * 520, 1, 31) * 0.012 + noise2(px * 170, 2, 31) * 0.012;
  return shape + 0.018 * (fractal2(px * 9, 0.5, 3, 30) - 0.5) - blades;
}

/** Colour of the foreground at a place (0…1 from the top left), if it covers it. */
export function foreground(px: number, py: number): Vec | undefined {
  if (py > 0.1) {
    for (const spruce of spruces) {
      const found = spruceAt(spruce, px, py);
      if (found) return found;
    }
  }
  const depth = py - bankEdge(px);
  if (depth < 0) return undefined;
  const tuft = fractal2(px * 60, py * 34, 3, 33) * 0.7 + noise2(px * 420, py * 70, 34) * 0.5;
  const rim = ramp(0.03, 0, depth);
  return scale(mix(deep, sunny, clamp(tuft * 0.55 - 0.12 + rim * 0.45)), 0.9);
}
