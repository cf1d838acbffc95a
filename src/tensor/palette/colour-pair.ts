// Finds the two palette colours, and their shares, whose mixture looks most like a given colour; used by ordered dithering.

import { chromaOf, lightOf } from '../colour/chroma.ts';
import { LUMINANCE } from '../colour/luma.ts';
import { doubledOklab, lightnessSlope, metricAt } from '../colour/oklab.ts';
import { createNearestColour } from './nearest-colour.ts';
import type { Palette } from './palette.ts';

/** `share` (0…1) of the cells should show the palette colour `lighter`, the others `darker`. */
export type ColourPair = { darker: number; lighter: number; share: number };

/** Pairs of palette colours in lists, all of the same length. */
export type ColourPairs = {
  /** One list for all colours, or one for each palette colour: that of the nearest. */
  lists: number;
  /** Pairs of a list. */
  length: number;
  /** Index of the colour of less luminance, and of the other one, for each pair. */
  darker: Uint8Array;
  lighter: Uint8Array;
  /** Four values for each pair: r, g, b times the first three, plus the fourth, is the share of the lighter colour, before it is clamped to 0…1. */
  towards: Float32Array;
  /** Squared distance of the two: in luminance and chroma with one list, otherwise in OKLab. */
  contrasts: Float32Array;
  /** Share of the lighter colour at which the mixture has the mean lightness of both. */
  middles: Float32Array;
};

const NEIGHBOURS = 24;
// Up to this number of palette colours, all pairs are tried.
const FEW = 8;
/**
 * `chroma`: weight of squared chroma against squared luminance in what decides the share. `light`: weight of the mixture's squared error of
 * luminance besides that of its colour. `grain`: weight of the pair's squared contrast, which avoids mixing distant colours when close ones suffice.
 */
type Weights = { chroma: number; light: number; grain: number };

// Few colours keep the light exactly, only two of nearly the same luminance are mixed by hue, and contrast is that of light, so that the next
// lighter and darker colour are mixed.
const FEW_COLOURS: Weights = { chroma: 1e-4, light: 1000, grain: 0.03 };
// Many colours can show hues, so they keep the light nearly. The error after a 3×3 blur is least with about this weight of contrast.
const MANY_COLOURS: Weights = { chroma: 0.5, light: 8, grain: 0.1 };

/**
 * Finds the pair for a colour in linear light. The share is that with which the mixture has the colour's luminance, so a dithered area has
 * the light of the original wherever the palette has lighter and darker colours; the pair is the one whose mixture looks most alike, contrast
 * counted in. `strength` 0…1 moves the share towards the nearer colour of the pair. The result is valid until the next call.
 */
export function createColourPair(
  palette: Palette,
  strength: number,
): (r: number, g: number, b: number) => ColourPair {
  const { linear } = palette;
  const nearest = createNearestColour(palette);
  const { lists, length, darker, lighter, towards, contrasts, middles } = colourPairs(palette);
  const lab = new Float64Array(3);
  const metric = new Float64Array(6);
  const weights = weightsOf(lists);
  const pair = { darker: 0, lighter: 0, share: 0 };
  return (r, g, b) => {
    metricAt(r, g, b, metric);
    const [rr, gg, bb, rg, rb, gb] = metric as unknown as number[] & { length: 6 };
    doubledOklab(r, g, b, lab);
    const first = lists === 1 ? 0 : length * nearest(lab[0]!, lab[1]!, lab[2]!);
    const slope = lightnessSlope(lightOf(r, g, b));
    const grain = lists === 1 ? weights.grain * slope * slope : weights.grain;
    let best = Number.POSITIVE_INFINITY;
    let middle = 0;
    for (let n = first; n < first + length; n++) {
      const wanted =
        towards[4 * n]! * r +
        towards[4 * n + 1]! * g +
        towards[4 * n + 2]! * b +
        towards[4 * n + 3]!;
      const share = Math.min(1, Math.max(0, wanted));
      const low = 3 * darker[n]!;
      const high = 3 * lighter[n]!;
      const dr = linear[low]! + share * (linear[high]! - linear[low]!) - r;
      const dg = linear[low + 1]! + share * (linear[high + 1]! - linear[low + 1]!) - g;
      const db = linear[low + 2]! + share * (linear[high + 2]! - linear[low + 2]!) - b;
      const away =
        rr! * dr * dr +
        gg! * dg * dg +
        bb! * db * db +
        2 * (rg! * dr * dg + rb! * dr * db + gb! * dg * db);
      const dl = slope * lightOf(dr, dg, db);
      const error = away + weights.light * dl * dl + grain * share * (1 - share) * contrasts[n]!;
      if (error < best) {
        best = error;
        pair.darker = darker[n]!;
        pair.lighter = lighter[n]!;
        pair.share = share;
        middle = middles[n]!;
      }
    }
    pair.share = pair.share < middle ? strength * pair.share : 1 - strength * (1 - pair.share);
    return pair;
  };
}

/** The weights for pairs in so many lists. */
export const weightsOf = (lists: number): Weights => (lists === 1 ? FEW_COLOURS : MANY_COLOURS);

const known = new WeakMap<Palette, ColourPairs>();

/** The pairs of a palette: all of them if it has few colours, otherwise for each colour those with its next neighbours. Made once for a palette. */
export function colourPairs(palette: Palette): ColourPairs {
  const made = known.get(palette) ?? makePairs(palette);
  known.set(palette, made);
  return made;
}

function makePairs(palette: Palette): ColourPairs {
  const { count } = palette;
  const isFew = count <= FEW;
  const per = Math.min(NEIGHBOURS, count - 1);
  const length = isFew ? (count * (count - 1)) / 2 : per;
  const lists = isFew ? 1 : count;
  const size = lists * length;
  const pairs = {
    lists,
    length,
    darker: new Uint8Array(size),
    lighter: new Uint8Array(size),
    towards: new Float32Array(4 * size),
    contrasts: new Float32Array(size),
    middles: new Float32Array(size),
  };
  let n = 0;
  if (isFew) {
    for (let i = 0; i < count; i++) {
      for (let j = i + 1; j < count; j++) writePair(palette, { i, j }, pairs, n++);
    }
  } else {
    const neighbours = neighboursOf(palette, per);
    for (; n < size; n++) {
      writePair(palette, { i: Math.floor(n / per), j: neighbours[n]! }, pairs, n);
    }
  }
  return pairs;
}

function writePair(
  { linear, lab }: Palette,
  { i, j }: { i: number; j: number },
  pairs: ColourPairs,
  n: number,
): void {
  const light = (k: number): number =>
    LUMINANCE.r * linear[3 * k]! +
    LUMINANCE.g * linear[3 * k + 1]! +
    LUMINANCE.b * linear[3 * k + 2]!;
  const [low, high] = light(i) <= light(j) ? [i, j] : [j, i];
  const step = light(high) - light(low);
  const difference = (c: number): number => linear[3 * high + c]! - linear[3 * low + c]!;
  const chroma = chromaOf(difference(0), difference(1), difference(2));
  const weight = weightsOf(pairs.lists).chroma;
  const whole = step * step + weight * (chroma.a * chroma.a + chroma.b * chroma.b);
  // What a little red, green or blue adds to luminance and chroma.
  const parts = [
    { y: LUMINANCE.r, ...chromaOf(1, 0, 0) },
    { y: LUMINANCE.g, ...chromaOf(0, 1, 0) },
    { y: LUMINANCE.b, ...chromaOf(0, 0, 1) },
  ];
  let start = 0;
  parts.forEach(({ y, a, b }, c) => {
    const slope = (y * step + weight * (a * chroma.a + b * chroma.b)) / whole;
    pairs.towards[4 * n + c] = slope;
    start += slope * linear[3 * low + c]!;
  });
  pairs.towards[4 * n + 3] = -start;
  pairs.darker[n] = low;
  pairs.lighter[n] = high;
  pairs.contrasts[n] =
    pairs.lists === 1
      ? step * step + 4 * (chroma.a * chroma.a + chroma.b * chroma.b)
      : [0, 1, 2].reduce((sum, c) => sum + (lab[3 * i + c]! - lab[3 * j + c]!) ** 2, 0);
  const middle = ((lab[3 * low]! + lab[3 * high]!) / 2) ** 3;
  const share = (middle - light(low)) / step;
  pairs.middles[n] = share > 0 && share < 1 ? share : 0.5;
}

/** For each colour the others, nearest first, so many. */
function neighboursOf({ count, lab }: Palette, per: number): Uint8Array {
  const neighbours = new Uint8Array(count * per);
  const distances = new Float32Array(count * per).fill(Number.POSITIVE_INFINITY);
  for (let i = 0, first = 0; i < count; i++, first += per) {
    for (let j = 0; j < count; j++) {
      if (j === i) continue;
      const dl = lab[3 * i]! - lab[3 * j]!;
      const da = lab[3 * i + 1]! - lab[3 * j + 1]!;
      const db = lab[3 * i + 2]! - lab[3 * j + 2]!;
      const distance = Math.fround(dl * dl + da * da + db * db);
      let n = first + per;
      for (; n > first && distance < distances[n - 1]!; n--) {
        if (n === first + per) continue; // the farthest falls out
        distances[n] = distances[n - 1]!;
        neighbours[n] = neighbours[n - 1]!;
      }
      if (n === first + per) continue;
      distances[n] = distance;
      neighbours[n] = j;
    }
  }
  return neighbours;
}
