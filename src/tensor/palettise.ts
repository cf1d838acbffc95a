// Gives each pixel a colour of a palette, with or without dithering.
import { createImage, type Image } from '../image.ts';
import { createColourPair } from './colour-pair.ts';
import { type Diffusion, diffuse } from './diffuse.ts';
import { createNearestColour } from './nearest-colour.ts';
import { doubledOklab } from './oklab.ts';
import { type Palette, pixelsOf } from './palette.ts';
import type { Straight } from './straight.ts';
import { type ThresholdMapName, thresholdMap } from './threshold-map.ts';

/** Every way of dithering, `none` first. */
export const dithers = [
  'none',
  'bayer2',
  'bayer4',
  'bayer8',
  'blue-noise',
  'floyd-steinberg',
  'atkinson',
] as const satisfies readonly ('none' | ThresholdMapName | Diffusion)[];

export type Dithering = {
  dither: (typeof dithers)[number];
  /** 0 (as without) … 1. */
  strength: number;
};

/** Palette index of each pixel; −1 where the picture is less than half opaque. */
export function palettise(
  picture: Straight,
  palette: Palette,
  { dither, strength }: Dithering,
): Int16Array {
  if (dither === 'none' || strength === 0) return nearestOfEach(picture, palette);
  if (dither === 'floyd-steinberg' || dither === 'atkinson') {
    return diffuse(picture, palette, { kernel: dither, strength });
  }
  return ordered(picture, palette, { map: dither, strength });
}

function nearestOfEach({ linear, alpha }: Straight, palette: Palette): Int16Array {
  const nearest = createNearestColour(palette);
  const indices = new Int16Array(linear.length / 3).fill(-1);
  const lab = new Float64Array(3);
  for (let p = 0, i = 0; i < linear.length; p++, i += 3) {
    if (alpha && alpha[p]! < 0.5) continue;
    doubledOklab(linear[i]!, linear[i + 1]!, linear[i + 2]!, lab);
    indices[p] = nearest(lab[0]!, lab[1]!, lab[2]!);
  }
  return indices;
}

// What a pixel becomes depends on its colour and its place alone, so it stays the same from frame to frame.
function ordered(
  { width, linear, alpha }: Straight,
  palette: Palette,
  { map, strength }: { map: ThresholdMapName; strength: number },
): Int16Array {
  const { size, thresholds } = thresholdMap(map);
  const pairOf = createColourPair(palette);
  const indices = new Int16Array(linear.length / 3).fill(-1);
  for (let p = 0, i = 0; i < linear.length; p++, i += 3) {
    if (alpha && alpha[p]! < 0.5) continue;
    const { base, other, share } = pairOf(linear[i]!, linear[i + 1]!, linear[i + 2]!);
    const y = Math.floor(p / width);
    const threshold = thresholds[(y % size) * size + ((p % width) % size)]!;
    indices[p] = threshold < strength * share ? other : base;
  }
  return indices;
}

/** The picture that the indices stand for; clear where they are −1. */
export function imageOfIndices(
  { width, height }: Pick<Straight, 'width' | 'height'>,
  palette: Palette,
  indices: Int16Array,
): Image {
  const image = createImage({ width, height });
  const pixels = new Uint32Array(image.data.buffer);
  const colours = pixelsOf(palette);
  for (let p = 0; p < pixels.length; p++) {
    const index = indices[p]!;
    if (index >= 0) pixels[p] = colours[index]!;
  }
  return image;
}
