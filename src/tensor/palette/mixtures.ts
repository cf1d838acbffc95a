// What mixtures of a palette's colours can show: at each luminance a polygon of chroma. Colours outside it are brought to its border.
import { chromaOf, FROM_A, FROM_B, lightOf } from '../colour/chroma.ts';
import type { Palette } from './palette.ts';

/**
 * The hull of a palette's colours in linear light, cut at each luminance. Between two neighbouring luminances of colours the corners of the
 * polygon are the mixtures of always the same pairs, so each is a linear function of luminance.
 */
export type Mixtures = {
  /** Luminances of the colours, each once, rising. */
  levels: Float32Array;
  /** Index of the first corner above each level but the last, and the number of all corners. */
  first: Int32Array;
  /** For each corner a and b of chroma at luminance 0, and what one unit of luminance adds to them; anticlockwise. */
  corners: Float32Array;
};

// A palette of more colours lacks little, and finding its polygons takes too long.
const MOST_COLOURS = 8;
// Luminances that differ by less count as one; corners whose triangle is smaller count as lying on one line.
const SAME = 1e-6;
const FLAT = 1e-9;

const known = new WeakMap<Palette, Mixtures>();

/** The mixtures of a palette of few colours; without levels if it has too many colours, or all are of one luminance. Made once for a palette. */
export function mixturesOf(palette: Palette): Mixtures {
  const made = known.get(palette) ?? makeMixtures(palette);
  known.set(palette, made);
  return made;
}

type Colour = { y: number; a: number; b: number };
type Corner = { a0: number; b0: number; a1: number; b1: number };

function makeMixtures({ count, linear }: Palette): Mixtures {
  const colours = Array.from({ length: count }, (_, i): Colour => {
    const [r, g, b] = [linear[3 * i]!, linear[3 * i + 1]!, linear[3 * i + 2]!];
    return { y: lightOf(r, g, b), ...chromaOf(r, g, b) };
  }).sort((one, other) => one.y - other.y);
  const levels = colours.map(({ y }) => y).filter((y, i, all) => i === 0 || y - all[i - 1]! > SAME);
  if (count > MOST_COLOURS || levels.length < 2) {
    return { levels: new Float32Array(0), first: new Int32Array(1), corners: new Float32Array(0) };
  }
  const first = [0];
  const corners: Corner[] = [];
  for (let k = 1; k < levels.length; k++) {
    corners.push(...polygon(colours, (levels[k - 1]! + levels[k]!) / 2));
    first.push(corners.length);
  }
  return {
    levels: Float32Array.from(levels),
    first: Int32Array.from(first),
    corners: Float32Array.from(corners.flatMap(({ a0, b0, a1, b1 }) => [a0, b0, a1, b1])),
  };
}

/** Corners of the polygon at luminance `y`, by Andrew's monotone chain. */
function polygon(colours: readonly Colour[], y: number): Corner[] {
  const points = colours
    .filter((low) => low.y < y)
    .flatMap((low) =>
      colours
        .filter((high) => high.y > y)
        .map((high) => {
          const a1 = (high.a - low.a) / (high.y - low.y);
          const b1 = (high.b - low.b) / (high.y - low.y);
          const a0 = low.a - a1 * low.y;
          const b0 = low.b - b1 * low.y;
          return { a0, b0, a1, b1, a: a0 + a1 * y, b: b0 + b1 * y };
        }),
    )
    .sort((one, other) => one.a - other.a || one.b - other.b);
  type Point = (typeof points)[number];
  const area = (p: Point, q: Point, r: Point): number =>
    (q.a - p.a) * (r.b - p.b) - (q.b - p.b) * (r.a - p.a);
  const chain = (among: readonly Point[]): Point[] => {
    const kept: Point[] = [];
    for (const point of among) {
      while (kept.length > 1 && area(kept.at(-2)!, kept.at(-1)!, point) <= FLAT) kept.pop();
      kept.push(point);
    }
    return kept.slice(0, -1);
  };
  const around = [...chain(points), ...chain(points.toReversed())];
  return around.length > 0 ? around : [points[0]!];
}

/**
 * Makes the function that writes to `out` what a palette can show of linear light r, g, b: the luminance that is nearest, and at this
 * luminance the nearest chroma. The same light if the palette has too many colours.
 */
export function createMixing(
  palette: Palette,
): (r: number, g: number, b: number, out: Float64Array) => void {
  const { levels, first, corners } = mixturesOf(palette);
  const last = levels.length - 1;
  return (r, g, b, out) => {
    out[0] = r;
    out[1] = g;
    out[2] = b;
    if (last < 1) return;
    const y = Math.min(levels[last]!, Math.max(levels[0]!, lightOf(r, g, b)));
    const wanted = chromaOf(r, g, b);
    let section = 0;
    while (section < last - 1 && y > levels[section + 1]!) section++;
    const end = first[section + 1]!;
    let a = corners[4 * end - 4]! + corners[4 * end - 2]! * y;
    let b_ = corners[4 * end - 3]! + corners[4 * end - 1]! * y;
    let least = Number.POSITIVE_INFINITY;
    let isInside = true;
    let [foundA, foundB] = [wanted.a, wanted.b];
    for (let k = first[section]!; k < end; k++) {
      const nextA = corners[4 * k]! + corners[4 * k + 2]! * y;
      const nextB = corners[4 * k + 1]! + corners[4 * k + 3]! * y;
      const [sideA, sideB] = [nextA - a, nextB - b_];
      const [offA, offB] = [wanted.a - a, wanted.b - b_];
      // Not left of this side.
      if (sideA * offB - sideB * offA <= 0) isInside = false;
      const whole = sideA * sideA + sideB * sideB;
      const along = whole > 0 ? (sideA * offA + sideB * offB) / whole : 0;
      const share = Math.min(1, Math.max(0, along));
      const [dA, dB] = [offA - share * sideA, offB - share * sideB];
      const distance = dA * dA + dB * dB;
      if (distance < least) {
        least = distance;
        foundA = a + share * sideA;
        foundB = b_ + share * sideB;
      }
      a = nextA;
      b_ = nextB;
    }
    if (isInside) [foundA, foundB] = [wanted.a, wanted.b];
    for (let c = 0; c < 3; c++) out[c] = y + foundA * FROM_A[c]! + foundB * FROM_B[c]!;
  };
}
