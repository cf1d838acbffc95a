// Scenes of pixel art: sprites over floors, flat colours and gradients.
import type { Random } from '../random.ts';
import { createPlanes, lumaOf, type Planes } from './planes.ts';
import type { Sprite } from './read-pictures.ts';

export type SpriteLibrary = {
  /** Sprites with transparency that fill a part of their area. */
  figures: readonly Sprite[];
  /** Sprites without transparency, which fill a floor. */
  tiles: readonly Sprite[];
};

/** A scene of size × size cells. Throws a RangeError if the library has no figures. */
export function spriteScene(random: Random, library: SpriteLibrary, size: number): Planes {
  if (library.figures.length === 0)
    throw new RangeError('spriteScene: expected at least one sprite with transparency, got none');
  const scene = createPlanes(size, size);
  paintGround(scene, random, library.tiles);
  const count = 1 + random.int(4);
  for (let n = 0; n < count; n += 1) {
    const sprite = random.pick(library.figures);
    const reach = sprite.width / 2;
    const x = Math.round(random.uniform(-reach * 0.7, size - reach * 1.3));
    const y = Math.round(random.uniform(-reach * 0.7, size - reach * 1.3));
    paste(scene, sprite, { x, y, mirrored: random.chance(0.5) });
  }
  return scene;
}

type Colour = readonly [number, number, number];

function randomColour(random: Random): Colour {
  const base = random.uniform(0.1, 0.85);
  const spread = random.uniform(0, 0.3);
  const channel = (): number => Math.min(1, Math.max(0, base + spread * random.uniform(-1, 1)));
  return [channel(), channel(), channel()];
}

function paintGround(scene: Planes, random: Random, tiles: readonly Sprite[]): void {
  const kind = random.uniform(0, 1);
  if (kind < 0.25 && tiles.length > 0) {
    const tile = random.pick(tiles);
    const x = -random.int(tile.width);
    const y = -random.int(tile.height);
    for (let i = x; i < scene.width; i += tile.width) {
      for (let j = y; j < scene.height; j += tile.height) {
        paste(scene, tile, { x: i, y: j, mirrored: false });
      }
    }
  } else if (kind < 0.6) fill(scene, [randomColour(random)], random, 'none');
  else {
    const from = randomColour(random);
    const to = random.chance(0.6) ? scaled(from, random.uniform(0.5, 1.6)) : randomColour(random);
    const levels = 3 + random.int(4);
    const ramp = Array.from({ length: levels }, (_, i) => mix(from, to, i / (levels - 1)));
    fill(scene, ramp, random, random.chance(0.04) ? 'ordered' : 'none');
  }
}

const mix = (a: Colour, b: Colour, t: number): Colour => [
  a[0] + (b[0] - a[0]) * t,
  a[1] + (b[1] - a[1]) * t,
  a[2] + (b[2] - a[2]) * t,
];

const scaled = ([r, g, b]: Colour, by: number): Colour => [
  Math.min(1, r * by),
  Math.min(1, g * by),
  Math.min(1, b * by),
];

const BAYER = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];

/** Bands of the ramp's colours in a random direction. */
function fill(scene: Planes, ramp: Colour[], random: Random, dither: 'none' | 'ordered'): void {
  const { width, height, data } = scene;
  const angle = random.uniform(0, 2 * Math.PI);
  const [ax, ay] = [Math.cos(angle), Math.sin(angle)];
  const length = random.uniform(0.8, 2.5) * width;
  const start = random.uniform(-0.4, 0.2) * width;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const along = ((x - width / 2) * ax + (y - height / 2) * ay + width / 2 - start) / length;
      const threshold = dither === 'ordered' ? (BAYER[(y % 4) * 4 + (x % 4)]! + 0.5) / 16 : 0.5;
      const level = Math.floor(along * (ramp.length - 1) + threshold);
      const colour = ramp[Math.min(ramp.length - 1, Math.max(0, level))]!;
      for (let c = 0; c < 3; c += 1) data[c * width * height + y * width + x] = colour[c]!;
    }
  }
}

type Place = { x: number; y: number; mirrored: boolean };

function paste(scene: Planes, sprite: Sprite, { x, y, mirrored }: Place): void {
  const area = scene.width * scene.height;
  const count = sprite.width * sprite.height;
  for (let j = Math.max(0, -y); j < Math.min(sprite.height, scene.height - y); j += 1) {
    for (let i = Math.max(0, -x); i < Math.min(sprite.width, scene.width - x); i += 1) {
      const from = j * sprite.width + (mirrored ? sprite.width - 1 - i : i);
      const to = (y + j) * scene.width + x + i;
      const a = sprite.alpha[from]!;
      for (let c = 0; c < 3; c += 1) {
        const under = scene.data[c * area + to]!;
        scene.data[c * area + to] = under + a * (sprite.data[c * count + from]! - under);
      }
    }
  }
}

/** Mean luma of what a sprite covers, for libraries that leave out nearly black ones. */
export function coveredLuma({ data, alpha, width, height }: Sprite): number {
  const count = width * height;
  let sum = 0;
  let weight = 1e-6;
  for (let i = 0; i < count; i += 1) {
    sum += alpha[i]! * lumaOf(data[i]!, data[count + i]!, data[2 * count + i]!);
    weight += alpha[i]!;
  }
  return sum / weight;
}
