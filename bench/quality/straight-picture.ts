// Pictures in linear light, as palettes are matched against.
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { Size } from '../../src/image.ts';
import { linearOfByte } from '../../src/tensor/colour/colour.ts';
import type { Straight } from '../../src/tensor/picture/straight.ts';

/** The middle of a picture at a size, opaque; undefined if there is no such file. */
export async function straightPicture(
  path: string,
  { width, height }: Size,
): Promise<Straight | undefined> {
  const file = await readFile(path).catch(() => undefined);
  if (!file) return undefined;
  const resized = sharp(file)
    .removeAlpha()
    .toColourspace('srgb')
    .resize(width, height, { fit: 'cover' });
  const data = await resized.raw().toBuffer();
  const linear = Float32Array.from(data, (byte) => linearOfByte[byte]!);
  return { width, height, linear, alpha: undefined };
}
