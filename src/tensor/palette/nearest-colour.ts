// Finds the palette colour that looks most alike: the nearest in OKLab.
import type { Palette } from './palette.ts';

/** Index of the nearest palette colour to (L, 2a, 2b); of two at the same distance always the same one. */
export type NearestColour = (lightness: number, a: number, b: number) => number;

/**
 * A search over the palette in the order of lightness: it begins at the asked lightness and goes both ways until lightness
 * alone is farther than the best so far, so 256 colours cost little more than 16. Exact.
 */
export function createNearestColour({ count, lab }: Pick<Palette, 'count' | 'lab'>): NearestColour {
  const order = Array.from({ length: count }, (_, i) => i).sort(
    (i, j) => lab[3 * i]! - lab[3 * j]! || i - j,
  );
  const index = Int32Array.from(order);
  const ls = Float32Array.from(order, (i) => lab[3 * i]!);
  const as = Float32Array.from(order, (i) => lab[3 * i + 1]!);
  const bs = Float32Array.from(order, (i) => lab[3 * i + 2]!);
  return (lightness, a, b) => {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ls[middle]! < lightness) low = middle + 1;
      else high = middle;
    }
    let up = low;
    let down = low - 1;
    let best = Number.POSITIVE_INFINITY;
    let found = 0;
    while (up < count || down >= 0) {
      if (up < count) {
        const dl = ls[up]! - lightness;
        if (dl * dl >= best) {
          up = count;
        } else {
          const da = as[up]! - a;
          const db = bs[up]! - b;
          const distance = dl * dl + da * da + db * db;
          if (distance < best) {
            best = distance;
            found = up;
          }
          up++;
        }
      }
      if (down >= 0) {
        const dl = ls[down]! - lightness;
        if (dl * dl >= best) {
          down = -1;
        } else {
          const da = as[down]! - a;
          const db = bs[down]! - b;
          const distance = dl * dl + da * da + db * db;
          if (distance < best) {
            best = distance;
            found = down;
          }
          down--;
        }
      }
    }
    return index[found]!;
  };
}
