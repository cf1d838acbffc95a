// Pads pictures by mirroring for networks that halve them, and crops the result.
import type { Size } from '../image.ts';
import type { Rgb } from './rgb.ts';

/** Pads the picture by mirroring at its right and lower edges, repeatedly if necessary; returns the picture itself if it has the size. */
export function mirroredTo(picture: Rgb, { width, height }: Size): Rgb {
  if (width === picture.width && height === picture.height) return picture;
  const data = new Float32Array(3 * width * height);
  const columns = mirroredIndices(width, picture.width);
  let to = 0;
  for (const y of mirroredIndices(height, picture.height)) {
    for (const x of columns) {
      const from = 3 * (y * picture.width + x);
      for (let c = 0; c < 3; c++) data[to++] = picture.data[from + c]!;
    }
  }
  return { width, height, data };
}

/** The upper left part of this size. */
export function cropped(picture: Rgb, { width, height }: Size): Rgb {
  if (width === picture.width && height === picture.height) return picture;
  const data = new Float32Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const from = 3 * y * picture.width;
    data.set(picture.data.subarray(from, from + 3 * width), 3 * y * width);
  }
  return { width, height, data };
}

function mirroredIndices(count: number, size: number): number[] {
  const period = Math.max(1, 2 * size - 2);
  return Array.from({ length: count }, (_, i) => {
    const at = i % period;
    return at < size ? at : period - at;
  });
}
