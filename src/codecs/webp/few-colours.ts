// Counts the colours of a picture.

/** Whether RGBA words have at most so many different values. It stops as soon as there are more. */
export function hasFewColours(words: Uint32Array, most: number): boolean {
  const colours = new Set<number>();
  let last: number | undefined;
  for (const word of words) {
    if (word === last) continue;
    last = word;
    colours.add(word);
    if (colours.size > most) return false;
  }
  return true;
}
