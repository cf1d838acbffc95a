// Changes of single sRGB-coded values, by lookup tables of bytes.
import { createImage } from '../image.ts';
import { fromImage, imageOf, type Picture } from './picture.ts';

/** The table of a function of coded values 0…1; results are rounded to the nearest level and clamped. */
export const byteTable = (map: (v: number) => number): Uint8ClampedArray =>
  Uint8ClampedArray.from({ length: 256 }, (_, level) => 255 * map(level / 255));

/** A new picture whose red, green and blue are looked up in `table` (256 levels); alpha stays. */
export function mapLevels(picture: Picture, table: Uint8ClampedArray): Picture {
  const { width, height, data } = imageOf(picture);
  const result = createImage({ width, height });
  const out = result.data;
  for (let i = 0; i < data.length; i += 4) {
    out[i] = table[data[i] as number] as number;
    out[i + 1] = table[data[i + 1] as number] as number;
    out[i + 2] = table[data[i + 2] as number] as number;
    out[i + 3] = data[i + 3] as number;
  }
  return fromImage(result);
}
