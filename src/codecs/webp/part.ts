// Cuts out of a frame what has to be drawn over the frame before.
import { createImage, type Image, type Size } from '../../image.ts';
import { hasFewColours, PALETTE_COLOURS } from '../few-colours.ts';
import type { Rectangle } from '../frame-changes.ts';

/** Edge of the blocks that are left out if nothing in them changes, in pixels: half of a macroblock of the lossy coder. */
const BLOCK = 8;

export type Part = {
  /** Where the picture is drawn; its offsets are even. */
  area: Rectangle;
  image: Image;
  /** Whether transparent pixels let what was there show through; otherwise they replace it. */
  blends: boolean;
  /** Whether some pixels are not opaque. */
  alpha: boolean;
  /** Whether the picture has at most 256 colours. */
  isPalette: boolean;
};

/**
 * The picture of a changed rectangle. If all changed pixels are opaque, blocks without changes are transparent, so that they stay as they
 * are shown and take no bytes. `shown` is what was there before, if anything; pictures are RGBA words.
 */
export function partOf(
  { width, height }: Size,
  changed: Rectangle,
  { words, shown }: { words: Uint32Array; shown: Uint32Array | undefined },
): Part {
  const left = changed.left & ~1;
  const top = changed.top & ~1;
  const area = {
    left,
    top,
    width: Math.min(width, changed.left + changed.width) - left,
    height: Math.min(height, changed.top + changed.height) - top,
  };
  const part = new Uint32Array(area.width * area.height);
  for (let y = 0; y < area.height; y++) {
    const from = (top + y) * width + left;
    part.set(words.subarray(from, from + area.width), y * area.width);
  }
  const blends = shown !== undefined && leaveOut(part, area, { width, words, shown });
  const image = createImage(area, new Uint8ClampedArray(part.buffer));
  const alpha = part.some((word) => word >>> 24 !== 255);
  return { area, image, blends, alpha, isPalette: hasFewColours(part, PALETTE_COLOURS) };
}

type Pictures = { width: number; words: Uint32Array; shown: Uint32Array };

/** Makes blocks without changes transparent; returns false, and changes nothing, if there are none or a changed pixel is not opaque. */
function leaveOut(part: Uint32Array, area: Rectangle, { width, words, shown }: Pictures): boolean {
  const columns = Math.ceil(area.width / BLOCK);
  const changes = new Uint8Array(columns * Math.ceil(area.height / BLOCK));
  for (let y = 0; y < area.height; y++) {
    const row = (area.top + y) * width + area.left;
    const blocks = columns * Math.floor(y / BLOCK);
    for (let x = 0; x < area.width; x++) {
      const word = words[row + x]!;
      if (word === shown[row + x]) continue;
      if (word >>> 24 !== 255) return false;
      changes[blocks + (x >> 3)] = 1;
    }
  }
  if (!changes.includes(0)) return false;
  for (let y = 0; y < area.height; y++) {
    const blocks = columns * Math.floor(y / BLOCK);
    for (let column = 0; column < columns; column++) {
      if (changes[blocks + column]) continue;
      const row = y * area.width;
      part.fill(0, row + BLOCK * column, row + Math.min(area.width, BLOCK * (column + 1)));
    }
  }
  return true;
}
