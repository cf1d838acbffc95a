// Content pictures of the style training: crops of photographs, drawn scenes and skies, strongly varied.
import { basename } from 'node:path';
import { blurPlane } from '../data/blur.ts';
import { drawnScene } from '../data/drawn-scene.ts';
import { createPlanes, jitter, mirror, type Planes } from '../data/planes.ts';
import { listPictures, readPicture } from '../data/read-pictures.ts';
import type { Random } from '../random.ts';

export type Contents = {
  photos: readonly Planes[];
  /** Pictures that sheets show, and that are never trained on. */
  held: readonly Planes[];
};

/** Shares of the shorter side that a crop covers, and how many of them a photograph is read at. */
const CROPS = [0.4, 1] as const;
const SCALES = 4;
/** Pixels along the shorter side of a picture on a sheet. */
const HELD_SIDE = 256;
/** Shares of contents that are skies and drawn scenes; the others are photographs. */
const SKIES = 0.1;
const DRAWN = 0.06;
/** Pixels that a cell of a drawn scene has. */
const CELL = 4;

export type ReadOptions = { folders: readonly string[]; heldBack: readonly string[]; size: number };

/** Reads the photographs. Throws a RangeError if there are none. */
export async function readContents(
  random: Random,
  { folders, heldBack, size }: ReadOptions,
): Promise<Contents> {
  const photos: Planes[] = [];
  const held: Planes[] = [];
  for (const path of (await Promise.all(folders.map(listPictures))).flat()) {
    if (heldBack.includes(basename(path).replace(/\.\w+$/, ''))) {
      held.push(await readPicture(path, HELD_SIDE));
      continue;
    }
    for (let n = 0; n < SCALES; n += 1) {
      const share = CROPS[0] + ((n + random.uniform(0, 1)) / SCALES) * (CROPS[1] - CROPS[0]);
      photos.push(await readPicture(path, Math.round(size / share)));
    }
  }
  if (photos.length === 0)
    throw new RangeError(`expected photographs in ${folders.join(', ')}, got none`);
  return { photos, held };
}

/** A content of size × size, and the same with noise, as the network sees it. */
export type ContentSample = { content: Float32Array; seen: Float32Array };

export function contentSample(random: Random, { photos }: Contents, size: number): ContentSample {
  const kind = random.uniform(0, 1);
  const picture =
    kind < SKIES
      ? sky(random, size)
      : kind < SKIES + DRAWN
        ? drawnScene(random, Math.ceil(size / CELL), CELL).picture
        : randomCrop(random, random.pick(photos), size);
  if (random.chance(0.5)) mirror(picture);
  if (random.chance(1 / 3)) permute(random, picture);
  jitter(picture.data, random.uniform(0.7, 1.3), random.uniform(-0.15, 0.15));
  const noise = random.uniform(0, 0.02);
  const seen = picture.data.map((value) => value + noise * random.normal());
  return { content: picture.data, seen };
}

function randomCrop(random: Random, photo: Planes, size: number): Planes {
  const x = random.int(photo.width - size + 1);
  const y = random.int(photo.height - size + 1);
  const crop = createPlanes(size, size);
  for (let c = 0; c < 3; c += 1) {
    for (let row = 0; row < size; row += 1) {
      const from = (c * photo.height + y + row) * photo.width + x;
      crop.data.set(photo.data.subarray(from, from + size), (c * size + row) * size);
    }
  }
  return crop;
}

/** A smooth change of colours over a horizon of hills. */
function sky(random: Random, size: number): Planes {
  const picture = createPlanes(size, size);
  const colour = (): number[] => [0, 1, 2].map(() => random.uniform(0.1, 0.95));
  const [above, below, ground] = [colour(), colour(), colour()];
  const horizon = random.uniform(0.5, 1.3);
  const [waves, phase] = [random.uniform(2, 9), random.uniform(0, 6)];
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const edge = horizon + 0.06 * Math.sin((waves * x) / size + phase);
      const t = y / size / horizon;
      for (let c = 0; c < 3; c += 1) {
        const value = y / size > edge ? ground[c]! : above[c]! + t * (below[c]! - above[c]!);
        picture.data[(c * size + y) * size + x] = value;
      }
    }
  }
  const sigma = random.uniform(0, 1.5);
  for (let c = 0; c < 3; c += 1) {
    const plane = picture.data.subarray(c * size * size, (c + 1) * size * size);
    plane.set(blurPlane(plane, picture, sigma));
  }
  return picture;
}

/** Channels in another order, in place. */
function permute(random: Random, { data }: Planes): void {
  const count = data.length / 3;
  const before = data.slice();
  const order = [0, 1, 2];
  for (let i = 2; i > 0; i -= 1) {
    const j = random.int(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  for (const [to, from] of order.entries()) {
    data.set(before.subarray(from * count, (from + 1) * count), to * count);
  }
}
