// Changes of single pixels: by a function of each, or by lookup tables of sRGB-coded values.

import { createImage, type Image } from '../../image.ts';
import { eachBand, type Pace } from '../../timing.ts';

/** The table of a function of coded values 0…1; results are rounded to the nearest level and clamped. */
export const byteTable = (map: (v: number) => number): Uint8ClampedArray =>
  Uint8ClampedArray.from({ length: 256 }, (_, level) => 255 * map(level / 255));

/** A new image whose red, green and blue are looked up in `table` (256 levels); alpha stays. */
export async function mapLevels(
  image: Image,
  table: Uint8ClampedArray,
  pace: Pace,
): Promise<Image> {
  const map: MapPixels = (data, out) => lookUp(table, data, out);
  return mapPixels(image, map, pace);
}

/** Writes the four bytes of each pixel of `out` from those of `data`, both RGBA with straight alpha and of one length. */
export type MapPixels = (data: Uint8ClampedArray, out: Uint8ClampedArray) => void;

/** A new image whose pixels `map` makes of this one's, some at a time. */
export async function mapPixels(
  { width, height, data }: Image,
  map: MapPixels,
  pace: Pace,
): Promise<Image> {
  const result = createImage({ width, height });
  await eachBand(width * height, pace, (first, end) =>
    map(data.subarray(4 * first, 4 * end), result.data.subarray(4 * first, 4 * end)),
  );
  return result;
}

function lookUp(table: Uint8ClampedArray, data: Uint8ClampedArray, out: Uint8ClampedArray): void {
  for (let i = 0; i < data.length; i += 4) {
    out[i] = table[data[i]!]!;
    out[i + 1] = table[data[i + 1]!]!;
    out[i + 2] = table[data[i + 2]!]!;
    out[i + 3] = data[i + 3]!;
  }
}
