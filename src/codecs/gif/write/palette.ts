// Chooses up to 256 colours for a picture, and gives each pixel the index of one of them.
import { boxesOf, histogramOf, LEVELS_PER_BIN } from './boxes.ts';
import { createNearest } from './nearest.ts';

/** Most indices of a GIF's palette. */
const MAX_INDICES = 256;
/** Most colours if one index stands for what is transparent. */
const MAX_COLOURS = MAX_INDICES - 1;

export type Palette = {
  /** Opaque colours in RGBA words. */
  colours: Uint32Array;
  /** The index of what is transparent; undefined if the colours take all indices. */
  transparent: number | undefined;
  /** Whether the colours are those of the picture, not means of them. */
  isExact: boolean;
  /** The index of a colour; `place` is that of the dither. */
  indexOf: (word: number, place: number) => number;
  /** Whether the pixels of a picture are shown about as well as those for which it was made. */
  suits: (words: Uint32Array) => boolean;
};

/** Entries of the 8×8 ordered dither (Bayer 1973), −0.5…0.5, by row and column. */
const bayer = Float32Array.from({ length: 64 }, (_, i) => {
  const [x, y] = [i & 7, i >> 3];
  let value = 0;
  for (let bit = 0; bit < 3; bit++) {
    const [a, b] = [(x >> bit) & 1, (y >> bit) & 1];
    value = (value << 2) | ((a ^ b) << 1) | b;
  }
  return (value + 0.5) / 64 - 0.5;
});

/** The place in the dither of a pixel. */
export const ditherPlace = (x: number, y: number): number => ((y & 7) << 3) | (x & 7);

/** The palette of a picture in RGBA words, whose transparent pixels are 0: its own colours if they are few, else the best means. */
export function paletteOf(words: Uint32Array): Palette {
  return exactPalette(words) ?? meanPalette(words);
}

/** Bits of a place in the hash table of exact colours, four places for each of them. */
const TABLE_BITS = 10;
/** Spreads colours over the table (Knuth's multiplicative hashing). */
const SPREAD = 0x9e3779b1;

function exactPalette(words: Uint32Array): Palette | undefined {
  /** Colours, 0 if there is none, and their indices, by their place. */
  const keys = new Uint32Array(2 ** TABLE_BITS);
  const indices = new Uint8Array(2 ** TABLE_BITS);
  const placeOf = (word: number): number => {
    let place = Math.imul(word, SPREAD) >>> (32 - TABLE_BITS);
    while (keys[place] !== word && keys[place] !== 0) place = (place + 1) & (keys.length - 1);
    return place;
  };
  const colours: number[] = [];
  let hasClear = false;
  let last = 0;
  for (const word of words) {
    if (word === 0) hasClear = true;
    if (word === last || word === 0) continue;
    last = word;
    const place = placeOf(word);
    if (keys[place] !== 0) continue;
    if (colours.length === MAX_INDICES) return undefined;
    keys[place] = word;
    indices[place] = colours.push(word) - 1;
  }
  const isFull = colours.length > MAX_COLOURS;
  if (isFull && hasClear) return undefined;
  return {
    colours: Uint32Array.from(colours),
    transparent: isFull ? undefined : colours.length,
    isExact: true,
    indexOf: (word) => indices[placeOf(word)]!,
    suits(others) {
      let last = 0;
      for (const word of others) {
        if (word === last) continue;
        if (word === 0 ? isFull : keys[placeOf(word)] === 0) return false;
        last = word;
      }
      return !(isFull && others[0] === 0);
    },
  };
}

/** The dither moves colours by up to this multiple of the mean error, in levels, and at most by `MAX_DITHER`. */
const DITHER_PER_ERROR = 3;
const MAX_DITHER = 48;
/** A later picture needs a palette of its own if its mean error is larger than this multiple, and by more levels than that. */
const WORSE = 1.5;
const WORSE_LEVELS = 1;
/** Every so many pixels are looked at to measure the error. */
const SAMPLED = 3;

function meanPalette(words: Uint32Array): Palette {
  const boxes = boxesOf(histogramOf(words), MAX_COLOURS);
  const colours = Uint32Array.from(
    boxes,
    ({ mean: [r, g, b] }) =>
      (0xff000000 | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r)) >>> 0,
  );
  const nearest = createNearest(boxes);
  /** Mean difference from the nearest colour, in levels. */
  const errorOf = (words: Uint32Array): number => {
    let error = 0;
    let pixels = 0;
    for (let i = 0; i < words.length; i += SAMPLED) {
      const word = words[i]!;
      if (word === 0) continue;
      const r = word & 255;
      const g = (word >>> 8) & 255;
      const b = (word >>> 16) & 255;
      const colour = colours[nearest(((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3))]!;
      error += Math.abs(r - (colour & 255));
      error += Math.abs(g - ((colour >>> 8) & 255)) + Math.abs(b - ((colour >>> 16) & 255));
      pixels++;
    }
    return error / (3 * Math.max(1, pixels));
  };
  const error = errorOf(words);
  const offsets = bayer.map((share) => share * Math.min(MAX_DITHER, DITHER_PER_ERROR * error));
  return {
    colours,
    transparent: colours.length,
    isExact: false,
    indexOf(word, place) {
      const offset = offsets[place]!;
      return nearest(
        (binOf((word & 255) + offset) << 10) |
          (binOf(((word >>> 8) & 255) + offset) << 5) |
          binOf(((word >>> 16) & 255) + offset),
      );
    },
    suits: (others) => errorOf(others) <= Math.max(WORSE * error, error + WORSE_LEVELS),
  };
}

const binOf = (level: number): number =>
  level <= 0 ? 0 : level >= 255 ? 31 : (level / LEVELS_PER_BIN) | 0;
