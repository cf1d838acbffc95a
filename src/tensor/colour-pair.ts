// Which two palette colours, in which share, look like a colour when they lie side by side: the heart of ordered dithering.
import { createNearestColour } from './nearest-colour.ts';
import { doubledOklab } from './oklab.ts';
import type { Palette } from './palette.ts';

/** `base` is the nearest palette colour; `share` (0…1) of the cells should show `other` instead. */
export type ColourPair = { base: number; other: number; share: number };

// How much the squared contrast of the two counts against the colour error: it keeps far colours from being mixed where
// near ones do. The error after a 3×3 blur is least around this value (bench/quantise.md).
const GRAIN = 0.1;
const NEIGHBOURS = 24;

/**
 * Finds the pair for a colour in linear light. The share is where the colour falls between the two in linear light, so a
 * dithered area has the light of the original; the pair is the one whose mixture comes nearest in OKLab, contrast counted in.
 * Thereby the contrast of the dither follows the palette's spacing around that colour. The result is valid until the next call.
 */
export function createColourPair(
  palette: Palette,
): (r: number, g: number, b: number) => ColourPair {
  const { count, linear, lab } = palette;
  const nearest = createNearestColour(palette);
  const neighbours = neighboursOf(palette);
  const perBase = neighbours.length / count;
  const wanted = new Float64Array(3);
  const mixed = new Float64Array(3);
  const pair = { base: 0, other: 0, share: 0 };
  return (r, g, b) => {
    doubledOklab(r, g, b, wanted);
    const base = nearest(wanted[0]!, wanted[1]!, wanted[2]!);
    const [br, bg, bb] = [linear[3 * base]!, linear[3 * base + 1]!, linear[3 * base + 2]!];
    pair.base = base;
    pair.other = base;
    pair.share = 0;
    let best = Number.POSITIVE_INFINITY;
    for (let n = base * perBase; n < (base + 1) * perBase; n++) {
      const other = neighbours[n]!;
      const dr = linear[3 * other]! - br;
      const dg = linear[3 * other + 1]! - bg;
      const db = linear[3 * other + 2]! - bb;
      const along = 0.3 * dr * (r - br) + 0.59 * dg * (g - bg) + 0.11 * db * (b - bb);
      if (along <= 0) continue;
      const share = Math.min(1, along / (0.3 * dr * dr + 0.59 * dg * dg + 0.11 * db * db));
      const grain = GRAIN * share * (1 - share) * squared(lab, 3 * base, lab, 3 * other);
      if (grain >= best) continue;
      doubledOklab(br + share * dr, bg + share * dg, bb + share * db, mixed);
      const error = grain + squared(mixed, 0, wanted, 0);
      if (error < best) {
        best = error;
        pair.other = other;
        pair.share = share;
      }
    }
    return pair;
  };
}

type Values = Float32Array | Float64Array;

function squared(x: Values, i: number, y: Values, j: number): number {
  const d0 = x[i]! - y[j]!;
  const d1 = x[i + 1]! - y[j + 1]!;
  const d2 = x[i + 2]! - y[j + 2]!;
  return d0 * d0 + d1 * d1 + d2 * d2;
}

/** For each colour the others, nearest first, at most 24. */
function neighboursOf({ count, lab }: Palette): Uint8Array {
  const per = Math.min(NEIGHBOURS, count - 1);
  const all = new Uint8Array(count * per);
  for (let i = 0; i < count; i++) {
    const distance = Float32Array.from({ length: count }, (_, j) =>
      squared(lab, 3 * i, lab, 3 * j),
    );
    const others = Array.from(distance, (_, j) => j).filter((j) => j !== i);
    others.sort((j, k) => distance[j]! - distance[k]! || j - k);
    all.set(others.slice(0, per), i * per);
  }
  return all;
}
