// Pixels as words, which compare faster than bytes.
import type { Image } from '../../image.ts';

/** RGBA words; 0 for transparent pixels, whose colours do not show. */
export function wordsOf({ data }: Image): Uint32Array {
  const words = new Uint32Array(data.slice().buffer);
  for (let i = 0; i < words.length; i++) if (words[i]! >>> 24 === 0) words[i] = 0;
  return words;
}
