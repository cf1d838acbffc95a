// The colours of a picture, if they are few enough for a PNG palette.
import { eachBand, type Pace, portion } from '../../../timing.ts';

/** Most entries of a PNG palette. */
const MAX_ENTRIES = 256;
/** Base-2 logarithm of the size of the hash table; four times as many slots as entries keep searches short. */
const SLOTS_LOG2 = 10;

/** Rough shares of finding the colours and of renumbering the pixels. */
const SHARES = { collect: 0.8, sort: 0.2 };

export type Palette = {
  /** RGBA as little-endian words: translucent entries first, then by lightness. */
  colours: Uint32Array;
  /** Number of entries that are not opaque; they come first. */
  translucent: number;
  /** The entry of each pixel. */
  indices: Uint8Array;
};

/**
 * The palette of `pixels` (RGBA as little-endian words); undefined for more than 256 colours. Neighbours in the palette look alike, so that
 * differences of indices are small in smooth places.
 */
export async function collectPalette(
  pixels: Uint32Array,
  pace: Pace,
): Promise<Palette | undefined> {
  const colourAt = new Uint32Array(1 << SLOTS_LOG2);
  const indexAt = new Int16Array(1 << SLOTS_LOG2).fill(-1);
  const colours: number[] = [];
  const indices = new Uint8Array(pixels.length);
  let last = -1;
  let fits = true;
  await eachBand(pixels.length, portion(pace, SHARES.collect), (start, end) => {
    for (let i = start; i < end; i++) {
      const colour = pixels[i]!;
      if (colour === last) {
        indices[i] = indices[i - 1]!;
        continue;
      }
      last = colour;
      let slot = Math.imul(colour, 0x9e3779b1) >>> (32 - SLOTS_LOG2);
      while (indexAt[slot] !== -1 && colourAt[slot] !== colour) slot = (slot + 1) % colourAt.length;
      if (indexAt[slot] === -1) {
        if (colours.length === MAX_ENTRIES) {
          fits = false;
          return false;
        }
        colourAt[slot] = colour;
        indexAt[slot] = colours.push(colour) - 1;
      }
      indices[i] = indexAt[slot]!;
    }
    return true;
  });
  if (!fits) return undefined;
  const order = colours.map((_, i) => i);
  order.sort((i, j) => rank(colours[i]!) - rank(colours[j]!) || colours[i]! - colours[j]!);
  const place = new Uint8Array(MAX_ENTRIES);
  order.forEach((index, at) => {
    place[index] = at;
  });
  await eachBand(indices.length, portion(pace, SHARES.sort), (start, end) => {
    for (let i = start; i < end; i++) indices[i] = place[indices[i]!]!;
  });
  return {
    colours: Uint32Array.from(order, (index) => colours[index]!),
    translucent: colours.filter((colour) => colour >>> 24 < 255).length,
    indices,
  };
}

/** Sorting key: opaque entries after all others, each group from dark to light. */
function rank(colour: number): number {
  const luma = 3 * (colour & 255) + 6 * ((colour >>> 8) & 255) + ((colour >>> 16) & 255);
  return colour >>> 24 === 255 ? luma + 2550 + 1 : luma;
}
