// A folder of pictures for translation: random crops as tensors in -1…1.
import { basename } from 'node:path';
import type { Planes } from '../data/planes.ts';
import { listPictures, readPicture } from '../data/read-pictures.ts';
import type { Random } from '../random.ts';

export type PictureSet = {
  /** Names without extensions, sorted. */
  names: readonly string[];
  pictures: ReadonlyMap<string, Planes>;
};

/** Pictures are read this much larger than crops are, as CycleGAN's authors do. */
const MARGIN = 286 / 256;

/** Reads all pictures of a folder, their shorter side a little above `side` pixels. Throws a RangeError if there are none. */
export async function readPictureSet(folder: string, side: number): Promise<PictureSet> {
  const paths = await listPictures(folder);
  if (paths.length === 0) throw new RangeError(`${folder}: expected pictures, got none`);
  const pictures = new Map<string, Planes>();
  for (const path of paths) {
    const name = basename(path).replace(/\.\w+$/, '');
    pictures.set(name, await readPicture(path, Math.round(side * MARGIN)));
  }
  return { names: [...pictures.keys()], pictures };
}

/** Where a crop lies, as a share of what is free, so that both pictures of a pair can be cut alike. */
export type Crop = { x: number; y: number; mirrored: boolean };

export const randomCrop = (random: Random): Crop => ({
  x: random.uniform(0, 1),
  y: random.uniform(0, 1),
  mirrored: random.chance(0.5),
});

/** Three planes of side × side in -1…1. */
export function cropOf({ width, height, data }: Planes, side: number, crop: Crop): Float32Array {
  const x = Math.floor(crop.x * (width - side + 1));
  const y = Math.floor(crop.y * (height - side + 1));
  const out = new Float32Array(3 * side * side);
  for (let c = 0; c < 3; c += 1) {
    for (let row = 0; row < side; row += 1) {
      const from = (c * height + y + row) * width + x;
      const line = data.subarray(from, from + side).map((value) => 2 * value - 1);
      out.set(crop.mirrored ? line.reverse() : line, (c * side + row) * side);
    }
  }
  return out;
}
