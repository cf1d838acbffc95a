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
  /** Folders of pictures and of sprites, searched with their sub-folders; those that do not exist are left out. */
  photos: readonly string[];
  sprites: readonly string[];
  tiles: readonly string[];
  /** Names of pictures, without extensions, that are held back; of other sets every eighth is. */
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
/** Pixels along the shorter side of a picture on a sample sheet. */
const HELD_SIDE = 256;

/** Reads everything. Throws a RangeError if there are no pictures or no sprites that serve. */
export async function readLibrary(random: Random, options: LibraryOptions): Promise<Library> {
  const photos: Lumas[] = [];
  const held: Planes[] = [];
  const paths = await picturesIn(options.photos);
  const isHeld = heldOutTest(paths, options.heldBack);
  for (const [i, path] of paths.entries()) {
    if (isHeld(path, i)) {
      held.push(await readPicture(path, HELD_SIDE));
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
      `expected pictures in ${options.photos.join(', ')} and sprites with transparency in ${options.sprites.join(', ')}, got ${photos.length} and ${figures.length}`,
    );
  return { photos, held, figures, tiles };
}

async function picturesIn(folders: readonly string[]): Promise<string[]> {
  const lists = folders.map((folder) => listPictures(folder).catch(noneIfMissing));
  return (await Promise.all(lists)).flat();
}

function noneIfMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

const nameOf = (path: string): string => basename(path).replace(/\.\w+$/, '');

function heldOutTest(paths: readonly string[], names: readonly string[]) {
  const known = paths.some((path) => names.includes(nameOf(path)));
  return (path: string, i: number): boolean =>
    known ? names.includes(nameOf(path)) : paths.length > 1 && i % 8 === 1;
}

const serves = (sprite: Sprite): boolean =>
  !sprite.opaque &&
  sprite.alpha.reduce((a, b) => a + b, 0) > LEAST_FILL * sprite.alpha.length &&
  coveredLuma(sprite) > LEAST_LUMA;

async function spritesIn(folders: readonly string[]): Promise<Sprite[]> {
  const sprites: Sprite[] = [];
  const [least, most] = SPRITE_EDGES;
  for (const path of await picturesIn(folders)) {
    const sprite = await readSprite(path);
    const fits = sprite.width >= least && sprite.width <= most && sprite.height <= most;
    if (fits) sprites.push(sprite);
  }
  return sprites;
}
