// Where a photograph should come out calm, which lone features should stay, and how bright and dark its cells may get.
import { cellMeans, type Lumas } from './network-input.ts';

/** One value a cell. */
export type Guides = {
  /** 0…1: how much a cell should equal `quiet`. */
  calm: Float32Array;
  /** Mean of the smoothed luma. */
  quiet: Float32Array;
  /** Signed contrast of a lone feature to its smoothed surroundings, 0 elsewhere. */
  feature: Float32Array;
  /** Bounds of the luma without an extra loss. */
  floor: Float32Array;
  ceiling: Float32Array;
};

/** Largest range of smoothed luma over 3×3 cells that still counts as flat, and the least that counts as a contour. */
const FLAT = [0.05, 0.16] as const;
/** Cells on each side that a feature is compared with. */
const NEIGHBOURHOOD = 5;
/** Share of those cells that differ at least half as much: fewer belong to a lone feature, more to a texture. */
const LONE = [0.1, 0.24] as const;
/** Least contrast of a feature. */
const CONTRAST = [0.03, 0.08] as const;
/** Luma beyond the brightest and below the darkest neighbour that costs nothing. */
const BRIGHTER = 0.02;
const DARKER = 0.35;

const smoothstep = (x: number, [from, to]: readonly [number, number]): number => {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
};

/** Guides of a picture with 4 pixels a cell. */
export function guidesOf({ width, height, raw, smooth }: Lumas): Guides {
  const mean = cellMeans(raw, width, height);
  const quiet = cellMeans(smooth, width, height);
  const columns = width / 4;
  const grid = { columns, rows: mean.length / columns };
  const rest = mean.map((value, i) => value - quiet[i]!);
  const lone = rest.map((r, i) =>
    Math.abs(r) <= CONTRAST[0]
      ? 0
      : smoothstep(Math.abs(r), CONTRAST) * (1 - smoothstep(shareAlike(rest, i, grid), LONE)),
  );
  const near = extreme(lone, grid, 1, Math.max);
  const range = spread(quiet, grid);
  return {
    calm: range.map((r, i) => (1 - smoothstep(r, FLAT)) * (1 - near[i]!)),
    quiet,
    feature: rest.map((r, i) => r * lone[i]!),
    floor: extreme(mean, grid, 1, Math.min).map((v) => v - DARKER),
    ceiling: extreme(mean, grid, 1, Math.max).map((v) => v + BRIGHTER),
  };
}

type Grid = { columns: number; rows: number };

function spread(values: Float32Array, grid: Grid): Float32Array {
  const low = extreme(values, grid, 1, Math.min);
  return extreme(values, grid, 1, Math.max).map((high, i) => high - low[i]!);
}

/** The largest or smallest of each square of edge 2 · reach + 1. */
function extreme(
  values: Float32Array,
  { columns, rows }: Grid,
  reach: number,
  choose: (a: number, b: number) => number,
): Float32Array {
  return values.map((own, i) => {
    const [x, y] = [i % columns, Math.floor(i / columns)];
    let found = own;
    for (let j = Math.max(0, y - reach); j <= Math.min(rows - 1, y + reach); j += 1) {
      for (let k = Math.max(0, x - reach); k <= Math.min(columns - 1, x + reach); k += 1) {
        found = choose(found, values[j * columns + k]!);
      }
    }
    return found;
  });
}

/** Share of the cells around cell `i` that differ at least half as much from their smoothed luma. */
function shareAlike(rest: Float32Array, i: number, { columns, rows }: Grid): number {
  const least = Math.abs(rest[i]!) / 2;
  const [x, y] = [i % columns, Math.floor(i / columns)];
  let alike = 0;
  let count = 0;
  for (let j = Math.max(0, y - NEIGHBOURHOOD); j <= Math.min(rows - 1, y + NEIGHBOURHOOD); j += 1) {
    const end = Math.min(columns - 1, x + NEIGHBOURHOOD);
    for (let k = Math.max(0, x - NEIGHBOURHOOD); k <= end; k += 1) {
      if (Math.abs(rest[j * columns + k]!) >= least) alike += 1;
      count += 1;
    }
  }
  return alike / count;
}
