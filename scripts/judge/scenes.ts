// Scenes of sprites that no training has seen: what drawn pixel art looks like.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { createImage, type Image } from '../../src/image.ts';

/** Folders of sprites that `src/train/pixelart/task.ts` leaves out. */
const FOLDERS = [
  'dngn/altars',
  'dngn/gateways',
  'dngn/doors',
  'dngn/vaults',
  'player/transform',
  'player/hand1/artefact',
];

type Tile = { width: number; height: number; data: Uint8Array };

/** So many scenes of size × size cells: one colour or two bands of it behind two to five sprites. */
export async function heldOutScenes(folder: string, count: number, size: number): Promise<Image[]> {
  const tiles: Tile[] = [];
  for (const name of FOLDERS) {
    for (const file of (await readdir(join(folder, name))).sort()) {
      if (!file.endsWith('.png')) continue;
      const { data, info } = await sharp(join(folder, name, file))
        .toColourspace('srgb')
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      tiles.push({ width: info.width, height: info.height, data });
    }
  }
  let state = 12345;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return Array.from({ length: count }, () => {
    const image = createImage({ width: size, height: size });
    const ground = [40 + next(160), 40 + next(160), 40 + next(160)];
    const horizon = next(2 * size);
    for (let i = 0; i < size * size; i++) {
      const shade = Math.floor(i / size) < horizon ? 1 : 0.8;
      image.data.set([...ground.map((v) => v * shade), 255], 4 * i);
    }
    for (let n = 2 + next(4); n > 0; n--) {
      const tile = tiles[next(tiles.length)]!;
      paste(image, tile, next(size) - tile.width / 2, next(size) - tile.height / 2);
    }
    return image;
  });
}

function paste(image: Image, { width, height, data }: Tile, left: number, top: number): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [toX, toY] = [Math.round(left) + x, Math.round(top) + y];
      const from = 4 * (y * width + x);
      const inside = toX >= 0 && toY >= 0 && toX < image.width && toY < image.height;
      if (!inside || data[from + 3]! < 128) continue;
      image.data.set(data.subarray(from, from + 3), 4 * (toY * image.width + toX));
    }
  }
}
