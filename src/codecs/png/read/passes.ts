// The passes in which a PNG stores its rows: one, or the seven of Adam7 interlacing.
import type { PngHeader } from '../chunks.ts';

/** Every `dx`th pixel of every `dy`th row of the picture, starting at (`x`, `y`). */
export type Pass = { x: number; y: number; dx: number; dy: number; width: number; height: number };

/** `x`, `y`, `dx` and `dy` of the seven passes. */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** The passes that have pixels, in the order of the file. */
export function passesOf({ width, height, interlaced }: PngHeader): Pass[] {
  if (!interlaced) return [{ x: 0, y: 0, dx: 1, dy: 1, width, height }];
  return adam7
    .filter(([x, y]) => x < width && y < height)
    .map(([x, y, dx, dy]) => ({
      x,
      y,
      dx,
      dy,
      width: Math.ceil((width - x) / dx),
      height: Math.ceil((height - y) / dy),
    }));
}

/** Number of bits of a pixel as stored. */
export function pixelBits({ colorType, bitDepth }: PngHeader): number {
  return bitDepth * [1, 0, 3, 1, 2, 0, 4][colorType]!;
}

/** Number of bytes of a row of `width` pixels, without the filter type before it. */
export const rowBytesOf = (header: PngHeader, width: number): number =>
  Math.ceil((width * pixelBits(header)) / 8);
