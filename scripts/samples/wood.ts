// Woods and stone of the chess scene: boxwood, rosewood, and the inlaid board.
import { lerp, ramp } from './curve.ts';
import { linear } from './film.ts';
import { chance, fractal3, noise3 } from './noise.ts';
import type { Surface } from './trace.ts';
import { mix, scale, type Vec } from './vector.ts';

type Timber = { light: Vec; dark: Vec; rings: number; gloss: number; roughness: number };

const boxwood: Timber = {
  light: linear(0xe9c68c),
  dark: linear(0xcd9a58),
  rings: 2.6,
  gloss: 0.045,
  roughness: 0.1,
};
const rosewood: Timber = {
  light: linear(0x7d4128),
  dark: linear(0x4a2216),
  rings: 3.2,
  gloss: 0.05,
  roughness: 0.1,
};
const maple: Timber = {
  light: linear(0xddbd8c),
  dark: linear(0xc49a62),
  rings: 1.1,
  gloss: 0.03,
  roughness: 0.16,
};
const walnut: Timber = {
  light: linear(0x94623c),
  dark: linear(0x6b4125),
  rings: 1.3,
  gloss: 0.03,
  roughness: 0.16,
};

/** Timber cut so that its trunk runs along y: rings around a far axis, streaks along it. */
function timber(kind: Timber, x: number, y: number, z: number, fine: boolean): Surface {
  const { gloss, roughness } = kind;
  if (!fine) return { albedo: mix(kind.light, kind.dark, 0.35), gloss, roughness };
  const warp = fractal3(x * 0.5, y * 0.12, z * 0.5, 3);
  const ring = Math.hypot(x + 3.1, z - 4.2) * kind.rings + warp * 3.2;
  const late = ramp(0.35, 0.95, ring - Math.floor(ring)) * 0.3;
  const streak = noise3(x * 17, y * 0.9, z * 17) * 0.3 + noise3(x * 40, y * 2.2, z * 40) * 0.14;
  const tone = lerp(0.72, 1.12, fractal3(x * 0.9 + 9, y * 0.25, z * 0.9, 2));
  return {
    albedo: scale(mix(kind.light, kind.dark, late + streak * 0.75), tone),
    gloss,
    roughness,
  };
}

/** Surface of a piece, in its own coordinates; `seed` sets where in the trunk it was cut. */
export function pieceWood(white: boolean, seed: number): (at: Vec, fine: boolean) => Surface {
  const shift = 40 * chance(seed, 11);
  return ([x, y, z], fine) =>
    timber(white ? boxwood : rosewood, x + shift, y, z + shift * 0.7, fine);
}

/** Edge of a square. */
export const pitch = 4.6;

/** Board of 8 × 8 squares with a thin inlay, a walnut frame and a dark table beyond. */
export function boardWood([x, , z]: Vec, fine: boolean): Surface {
  const column = Math.floor(x / pitch);
  const rank = Math.floor(z / pitch);
  const outside = Math.max(-4 - column, column - 3, -6 - rank, rank - 1);
  if (outside > 0) {
    const kind = outside > 1 ? walnut : rosewood;
    return timber(kind, z * 0.6, x, 8, fine);
  }
  const gap = Math.min(
    Math.abs(x - Math.round(x / pitch) * pitch),
    Math.abs(z - Math.round(z / pitch) * pitch),
  );
  const shift = chance(column, rank, 4) * 30;
  const kind = (column + rank) & 1 ? maple : walnut;
  const square = timber(kind, z + shift, x * 0.8 + shift, shift, fine);
  const line = ramp(0.05, 0.02, gap);
  return { ...square, albedo: scale(square.albedo, 1 - 0.75 * line) };
}
