// Threshold maps of ordered dithering: Bayer's matrices and a blue-noise tile.
import { blueNoise } from './blue-noise.ts';

/** `size × size` thresholds inside 0…1, evenly spread; `size` is a power of two. */
export type ThresholdMap = { size: number; thresholds: Float32Array };

export type ThresholdMapName = 'bayer2' | 'bayer4' | 'bayer8' | 'blue-noise';

const made = new Map<ThresholdMapName, ThresholdMap>();

/** The named map; it is made at its first use. */
export function thresholdMap(name: ThresholdMapName): ThresholdMap {
  const known = made.get(name);
  if (known) return known;
  const map = name === 'blue-noise' ? blueNoise() : bayer(Number(name.slice(5)));
  made.set(name, map);
  return map;
}

/** Bayer's matrix: a cell's rank is the bits of x xor y and of y, interlaced from the finest to the coarsest. */
function bayer(size: number): ThresholdMap {
  const thresholds = new Float32Array(size * size);
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i++) {
      let rank = 0;
      for (let bit = 1, place = (size * size) >> 1; bit < size; bit <<= 1, place >>= 2) {
        if ((x ^ y) & bit) rank += place;
        if (y & bit) rank += place >> 1;
      }
      thresholds[i] = (rank + 0.5) / (size * size);
    }
  }
  return { size, thresholds };
}
