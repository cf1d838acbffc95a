// The sizes of a fit that goes from coarse to fine.
import type { Size } from '../image.ts';

/** Long sides that grow by √2 up to `end`; the first is at least `start`, unless `end` itself is smaller. */
export function scalesUpTo(end: number, start: number): number[] {
  const sides = [end];
  for (let i = 1; ; i++) {
    const side = Math.round(end / Math.SQRT2 ** i);
    if (side < start) return sides;
    sides.unshift(side);
  }
}

/** The size with this long side that keeps the picture's shape; at least 1 × 1. */
export function sizeWithLongSide({ width, height }: Size, side: number): Size {
  const ratio = side / Math.max(width, height);
  return {
    width: Math.max(1, Math.round(width * ratio)),
    height: Math.max(1, Math.round(height * ratio)),
  };
}
