// Pictures that the slim network is trained on: photographs, paintings, drawn scenes, noise, and mixtures of them as they arise
// half-way through an optimisation.
import { join } from 'node:path';
import { blurPlane } from '../data/blur.ts';
import { drawnScene } from '../data/drawn-scene.ts';
import { createPlanes, jitter, mirror, type Planes } from '../data/planes.ts';
import { listPictures, readPicture } from '../data/read-pictures.ts';
import type { Random } from '../random.ts';

/** Shorter sides in px at which every picture is read, so that crops show parts and wholes. */
const SIDES = [144, 224, 352];
/** Shorter side in px of pictures that are held back. */
const HELD_SIDE = 160;
/** Cells of a drawn scene, each of 4×4 pixels. */
const CELL = 4;

export type PictureLibrary = { pictures: readonly Planes[]; held: readonly Planes[] };

/**
 * Reads `photos` and `paintings` of a folder, those of the names in `heldBack` apart; of other sets every eighth. Throws a RangeError if
 * there are none.
 */
export async function readPictures(
  folder: string,
  heldBack: readonly string[],
): Promise<PictureLibrary> {
  const pictures: Planes[] = [];
  const held: Planes[] = [];
  const paths = await Promise.all(
    ['photos', 'paintings'].map((name) => listPictures(join(folder, name)).catch(noneIfMissing)),
  );
  const known = paths.flat().some((path) => heldBack.some((name) => path.includes(name)));
  for (const [i, path] of paths.flat().entries()) {
    const isHeld = known ? heldBack.some((name) => path.includes(name)) : i % 8 === 1;
    if (isHeld) held.push(await readPicture(path, HELD_SIDE));
    else for (const side of SIDES) pictures.push(await readPicture(path, side));
  }
  if (pictures.length === 0)
    throw new RangeError(`expected pictures in ${folder}/photos or ${folder}/paintings, got none`);
  return { pictures, held };
}

function noneIfMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

/** A picture [3, size, size] of a random kind. */
export function samplePicture(random: Random, library: PictureLibrary, size: number): Float32Array {
  const kind = random.uniform(0, 1);
  if (kind < 0.45) return withGrain(random, crop(random, library, size), random.uniform(0, 0.03));
  if (kind < 0.75) return halfWay(random, library, size);
  if (kind < 0.85) return drawnScene(random, size / CELL, CELL).picture.data;
  if (kind < 0.93) return noise(random, size);
  return withGrain(random, crop(random, library, size), random.uniform(0.03, 0.25));
}

/** Part of a picture, mirrored and changed in tone at random. */
function crop(random: Random, { pictures }: PictureLibrary, size: number): Float32Array {
  const from = random.pick(pictures);
  const [left, top] = [random.int(from.width - size + 1), random.int(from.height - size + 1)];
  const part = createPlanes(size, size);
  for (let c = 0; c < 3; c += 1) {
    for (let y = 0; y < size; y += 1) {
      const at = (c * from.height + top + y) * from.width + left;
      part.data.set(from.data.subarray(at, at + size), (c * size + y) * size);
    }
  }
  if (random.chance(0.5)) mirror(part);
  const order = random.chance(0.25) ? shuffled(random) : [0, 1, 2];
  const area = size * size;
  const data = new Float32Array(3 * area);
  for (const [to, c] of order.entries())
    data.set(part.data.subarray(c * area, (c + 1) * area), to * area);
  jitter(data, random.uniform(0.6, 1.3), random.uniform(-0.15, 0.15));
  return data;
}

function shuffled(random: Random): number[] {
  const first = random.int(3);
  const second = (first + 1 + random.int(2)) % 3;
  return [first, second, 3 - first - second];
}

/** A mixture of two pictures, in places of one and in places of the other, with grain: neither photograph nor painting. */
function halfWay(random: Random, library: PictureLibrary, size: number): Float32Array {
  const [first, second] = [crop(random, library, size), crop(random, library, size)];
  const mask = softNoise(random, size, random.uniform(1, size / 8));
  const [share, spread] = [random.uniform(0.1, 0.9), random.uniform(0, 0.6)];
  const area = size * size;
  for (let i = 0; i < 3 * area; i += 1) {
    const t = Math.min(1, Math.max(0, share + spread * mask[i % area]!));
    first[i] = (1 - t) * first[i]! + t * second[i]!;
  }
  return withGrain(random, first, random.uniform(0, 0.12));
}

/** Noise of random fineness, colour and strength around a random colour. */
function noise(random: Random, size: number): Float32Array {
  const area = size * size;
  const data = new Float32Array(3 * area);
  const [grey, sigma] = [softNoise(random, size, 0), random.uniform(0, 3)];
  const [coloured, strength] = [random.uniform(0, 1), random.uniform(0.05, 0.35)];
  for (let c = 0; c < 3; c += 1) {
    const own = softNoise(random, size, sigma);
    const base = random.uniform(0.2, 0.8);
    for (let i = 0; i < area; i += 1) {
      const value = base + strength * (coloured * own[i]! + (1 - coloured) * grey[i]!);
      data[c * area + i] = Math.min(1, Math.max(0, value));
    }
  }
  return data;
}

/** A plane of normal noise, blurred, of standard deviation 1. */
function softNoise(random: Random, size: number, sigma: number): Float32Array {
  const white = Float32Array.from({ length: size * size }, () => random.normal());
  const soft = blurPlane(white, { width: size, height: size }, sigma);
  const deviation = Math.sqrt(soft.reduce((sum, value) => sum + value * value, 0) / soft.length);
  return soft.map((value) => value / (deviation + 1e-6));
}

function withGrain(random: Random, data: Float32Array, deviation: number): Float32Array {
  for (let i = 0; i < data.length; i += 1) {
    const value = data[i]! + deviation * random.normal();
    data[i] = Math.min(1, Math.max(0, value));
  }
  return data;
}
