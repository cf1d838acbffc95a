// Finds the two palette colours, and their shares, whose mixture looks most like a given colour; used by ordered dithering.

import { doubledOklab, metricAt } from '../colour/oklab.ts';
import { createNearestColour } from './nearest-colour.ts';
import type { Palette } from './palette.ts';

/** `base` is the nearest palette colour; `share` (0…1) of the cells should show `other` instead. */
export type ColourPair = { base: number; other: number; share: number };

// Weight of the pair's squared contrast against the colour error: avoids mixing distant colours when close ones
// suffice. The error after a 3×3 blur is least around this value.
const GRAIN = 0.1;
const NEIGHBOURS = 24;

/**
 * Finds the pair for a colour in linear light. The share is where the colour falls between the two in linear light, so a
 * dithered area has the light of the original; the pair is the one whose mixture looks most alike, contrast counted in.
 * Thereby the contrast of the dither follows the palette's spacing around that colour. The result is valid until the next call.
 */
export function createColourPair(
  palette: Palette,
): (r: number, g: number, b: number) => ColourPair {
  const { count, linear } = palette;
  const nearest = createNearestColour(palette);
  const { neighbours, contrasts } = neighboursOf(palette);
  const perBase = neighbours.length / count;
  const wanted = new Float64Array(3);
  const metric = new Float64Array(6);
  const pair = { base: 0, other: 0, share: 0 };
  return (r, g, b) => {
    doubledOklab(r, g, b, wanted);
    const base = nearest(wanted[0]!, wanted[1]!, wanted[2]!);
    metricAt(r, g, b, metric);
    const rr = metric[0]!;
    const gg = metric[1]!;
    const bb = metric[2]!;
    const rg = metric[3]!;
    const rb = metric[4]!;
    const gb = metric[5]!;
    const baseR = linear[3 * base]!;
    const baseG = linear[3 * base + 1]!;
    const baseB = linear[3 * base + 2]!;
    // The metric times the vector from the base to the colour.
    const wr = rr * (r - baseR) + rg * (g - baseG) + rb * (b - baseB);
    const wg = rg * (r - baseR) + gg * (g - baseG) + gb * (b - baseB);
    const wb = rb * (r - baseR) + gb * (g - baseG) + bb * (b - baseB);
    pair.base = base;
    pair.other = base;
    pair.share = 0;
    let best = Number.POSITIVE_INFINITY;
    for (let n = base * perBase; n < (base + 1) * perBase; n++) {
      const other = 3 * neighbours[n]!;
      const dr = linear[other]! - baseR;
      const dg = linear[other + 1]! - baseG;
      const db = linear[other + 2]! - baseB;
      const along = dr * wr + dg * wg + db * wb;
      if (along <= 0) continue;
      const whole =
        rr * dr * dr +
        gg * dg * dg +
        bb * db * db +
        2 * (rg * dr * dg + rb * dr * db + gb * dg * db);
      const share = Math.min(1, along / whole);
      // Squared distance of the mixture to the colour, less that of the base, which is the same for all.
      const error =
        share * (share * whole - 2 * along) + GRAIN * share * (1 - share) * contrasts[n]!;
      if (error < best) {
        best = error;
        pair.other = neighbours[n]!;
        pair.share = share;
      }
    }
    return pair;
  };
}

/** For each colour the others, nearest first, at most 24 (`count − 1` if there are fewer), and the squared distance of each. */
export function neighboursOf({ count, lab }: Palette): {
  neighbours: Uint8Array;
  contrasts: Float32Array;
} {
  const per = Math.min(NEIGHBOURS, count - 1);
  const neighbours = new Uint8Array(count * per);
  const contrasts = new Float32Array(count * per).fill(Number.POSITIVE_INFINITY);
  for (let i = 0, first = 0; i < count; i++, first += per) {
    for (let j = 0; j < count; j++) {
      if (j === i) continue;
      const dl = lab[3 * i]! - lab[3 * j]!;
      const da = lab[3 * i + 1]! - lab[3 * j + 1]!;
      const db = lab[3 * i + 2]! - lab[3 * j + 2]!;
      const distance = Math.fround(dl * dl + da * da + db * db);
      let n = first + per;
      for (; n > first && distance < contrasts[n - 1]!; n--) {
        if (n === first + per) continue; // the farthest falls out
        contrasts[n] = contrasts[n - 1]!;
        neighbours[n] = neighbours[n - 1]!;
      }
      if (n === first + per) continue;
      contrasts[n] = distance;
      neighbours[n] = j;
    }
  }
  return { neighbours, contrasts };
}
