// The pictures that the pixel-art training draws from, read once.

import { basename } from 'node:path';
import { type Lumas, lumasOf } from '../data/network-input.ts';
import type { Planes } from '../data/planes.ts';
import { listPictures, readPicture, readSprite, type Sprite } from '../data/read-pictures.ts';
import { coveredLuma, type SpriteLibrary } from '../data/sprite-scene.ts';
import type { Random } from '../random.ts';

export type Library = SpriteLibrary & {
  /** Every picture at several scales, with 4 pixels a cell. */
  photos: readonly Lumas[];
  /** Pictures that the training never sees, for sample sheets. */
  held: readonly Planes[];
};

export type LibraryOptions = {
  /** Folders of pictures and of sprites, searched with their sub-folders. */
  photos: readonly string[];
  sprites: readonly string[];
  tiles: readonly string[];
  /** Names of pictures, without extensions, that are held back. */
  heldBack: readonly string[];
  /** Edge of a crop in pixels. */
  crop: number;
  /** Scales that each picture is read at. */
  scales: number;
};

/** Shares of the shorter side that a crop covers. */
const CROPS = [0.35, 0.95] as const;
/** Edges of sprites in pixels. */
const SPRITE_EDGES = [8, 64] as const;
/** Least share of its area that a figure fills. */
const LEAST_FILL = 0.12;
/** Nearly black figures have no inside to learn from. */
const LEAST_LUMA = 0.08;

/** Reads everything. Throws a RangeError where a folder has no pictures that serve. */
export async function readLibrary(random: Random, options: LibraryOptions): Promise<Library> {
  const photos: Lumas[] = [];
  const held: Planes[] = [];
  for (const path of (await Promise.all(options.photos.map(listPictures))).flat()) {
    if (options.heldBack.includes(basename(path).replace(/\.\w+$/, ''))) {
      held.push(await readPicture(path, 256));
      continue;
    }
    for (let n = 0; n < options.scales; n += 1) {
      const share =
        CROPS[0] + ((n + random.uniform(0, 1)) / options.scales) * (CROPS[1] - CROPS[0]);
      photos.push(lumasOf(await readPicture(path, Math.round(options.crop / share))));
    }
  }
  const figures = (await spritesIn(options.sprites)).filter(serves);
  const tiles = (await spritesIn(options.tiles)).filter((sprite) => sprite.opaque);
  if (photos.length === 0 || figures.length === 0)
    throw new RangeError(
      `expected pictures and sprites with transparency, got ${photos.length} and ${figures.length} of them`,
    );
  return { photos, held, figures, tiles };
}

const serves = (sprite: Sprite): boolean =>
  !sprite.opaque &&
  sprite.alpha.reduce((a, b) => a + b, 0) > LEAST_FILL * sprite.alpha.length &&
  coveredLuma(sprite) > LEAST_LUMA;

async function spritesIn(folders: readonly string[]): Promise<Sprite[]> {
  const paths = (await Promise.all(folders.map(listPictures))).flat();
  const sprites: Sprite[] = [];
  for (const path of paths) {
    const sprite = await readSprite(path);
    const [least, most] = SPRITE_EDGES;
    if (sprite.width >= least && sprite.width <= most && sprite.height <= most)
      sprites.push(sprite);
  }
  return sprites;
}
