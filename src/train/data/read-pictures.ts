// Reads pictures and sprites from folders.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { createPlanes, type Planes } from './planes.ts';

const PICTURE = /\.(png|jpe?g|webp|avif)$/i;

/** Paths of all pictures in a folder and below it, sorted. */
export async function listPictures(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => PICTURE.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** A picture whose shorter side is resized to so many pixels. Transparent parts come over black. */
export async function readPicture(path: string, shortSide: number): Promise<Planes> {
  const { data, info } = await sharp(path)
    .rotate()
    .flatten({ background: '#000' })
    .toColourspace('srgb')
    .resize({ width: shortSide, height: shortSide, fit: 'outside', kernel: 'mitchell' })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const planes = createPlanes(info.width, info.height);
  const count = info.width * info.height;
  for (let i = 0; i < count; i += 1) {
    for (let c = 0; c < 3; c += 1) {
      planes.data[c * count + i] = data[i * info.channels + (info.channels < 3 ? 0 : c)]! / 255;
    }
  }
  return planes;
}

/** A sprite: three planes and its coverage, 0…1. */
export type Sprite = Planes & { alpha: Float32Array; opaque: boolean };

/** A sprite as it is drawn, without resizing. */
export async function readSprite(path: string): Promise<Sprite> {
  const { data, info } = await sharp(path)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const count = info.width * info.height;
  const planes = createPlanes(info.width, info.height);
  const alpha = new Float32Array(count);
  for (let i = 0; i < count; i += 1) {
    for (let c = 0; c < 3; c += 1) planes.data[c * count + i] = data[4 * i + c]! / 255;
    alpha[i] = data[4 * i + 3]! / 255;
  }
  return { ...planes, alpha, opaque: alpha.every((a) => a > 0.99) };
}
