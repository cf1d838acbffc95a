// Counts the colours of a picture.

/** Most colours that a palette of a file holds. */
export const PALETTE_COLOURS = 256;

/**
 * Whether RGBA words (little-endian) have at most `most` different colours; all fully transparent words count as one colour. The count stops
 * when there are more, after some hundred pixels of a photograph.
 */
export function hasFewColours(words: Uint32Array, most: number): boolean {
  const colours = new Set<number>();
  let last: number | undefined;
  for (const word of words) {
    if (word === last) continue;
    last = word;
    colours.add(word >>> 24 === 0 ? 0 : word);
    if (colours.size > most) return false;
  }
  return true;
}
