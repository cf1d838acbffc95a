// Earlier generated pictures, which steady a discriminator (Shrivastava et al. 2017).
import type { Random } from '../random.ts';

export type ImagePool = {
  /** For every picture either itself or, half of the time once the pool is full, an earlier one that it takes the place of. */
  exchange: (pictures: readonly Float32Array[], random: Random) => Float32Array[];
};

/** A pool of so many pictures; with 0 every picture comes back as it is. Throws a RangeError for other numbers. */
export function createImagePool(size: number): ImagePool {
  if (!Number.isInteger(size) || size < 0)
    throw new RangeError(`createImagePool: expected a size from 0, got ${size}`);
  const kept: Float32Array[] = [];
  return {
    exchange: (pictures, random) =>
      pictures.map((picture) => {
        if (size === 0) return picture;
        if (kept.length < size) {
          kept.push(picture.slice());
          return picture;
        }
        if (random.chance(0.5)) return picture;
        const at = random.int(size);
        const earlier = kept[at]!;
        kept[at] = picture.slice();
        return earlier;
      }),
  };
}
