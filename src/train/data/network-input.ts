// What the pixel-art network sees of a picture, and what is known of its cells.
import { CELL_PIXELS, INPUT_CHANNELS } from '../../nets/pixelart/sizes.ts';
import { smoothLumaInLoops } from '../../nets/pixelart/smooth-luma.ts';
import { lumaPlane, type Planes } from './planes.ts';

export type Lumas = { width: number; height: number; raw: Float32Array; smooth: Float32Array };

/** Luma of a picture with 4 pixels a cell, raw and smoothed. */
export function lumasOf(picture: Planes): Lumas {
  const raw = lumaPlane(picture);
  const { width, height } = picture;
  return { width, height, raw, smooth: smoothLumaInLoops(raw, { width, height }) };
}

/** A window of it, in pixels; `mirrored` exchanges left and right. */
export function cut(
  { width, raw, smooth }: Lumas,
  { x, y, size, mirrored }: { x: number; y: number; size: number; mirrored: boolean },
): Lumas {
  const part = (from: Float32Array): Float32Array => {
    const to = new Float32Array(size * size);
    for (let row = 0; row < size; row += 1) {
      const at = (y + row) * width + x;
      const line = from.subarray(at, at + size);
      to.set(mirrored ? line.toReversed() : line, row * size);
    }
    return to;
  };
  return { width: size, height: size, raw: part(raw), smooth: part(smooth) };
}

/**
 * Channels [32, h, w] into `out`: 16 pixels of raw luma, then 16 of smoothed. `detail` 0…1 is the share of what smoothing took
 * away that stays in the first half.
 */
export function writeInput(
  { width, height, raw, smooth }: Lumas,
  detail: number,
  out: Float32Array,
): void {
  const columns = width / CELL_PIXELS;
  const area = columns * (height / CELL_PIXELS);
  const half = (INPUT_CHANNELS / 2) * area;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      const channel = (y % CELL_PIXELS) * CELL_PIXELS + (x % CELL_PIXELS);
      const to =
        channel * area + Math.floor(y / CELL_PIXELS) * columns + Math.floor(x / CELL_PIXELS);
      const calm = smooth[at]!;
      out[to] = calm + detail * (raw[at]! - calm);
      out[half + to] = calm;
    }
  }
}

/** Means of 4×4 pixels. */
export function cellMeans(plane: Float32Array, width: number, height: number): Float32Array {
  const columns = width / CELL_PIXELS;
  const means = new Float32Array(columns * (height / CELL_PIXELS));
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor(y / CELL_PIXELS) * columns;
    for (let x = 0; x < width; x += 1) {
      means[row + Math.floor(x / CELL_PIXELS)]! += plane[y * width + x]! / CELL_PIXELS ** 2;
    }
  }
  return means;
}
