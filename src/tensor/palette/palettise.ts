// Gives each pixel a colour of a palette, with or without dithering.
import { createImage, type Image, type Size } from '../../image.ts';
import { eachBand, type Pace } from '../../timing.ts';
import { doubledOklab } from '../colour/oklab.ts';
import type { Straight } from '../picture/straight.ts';
import { createColourPair } from './colour-pair.ts';
import { type Diffusion, diffuse } from './diffuse.ts';
import { createNearestColour } from './nearest-colour.ts';
import { type Palette, pixelsOf } from './palette.ts';
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
export async function palettise(
  picture: Straight,
  palette: Palette,
  { dither, strength }: Dithering,
  pace: Pace,
): Promise<Int16Array> {
  if (dither === 'floyd-steinberg' || dither === 'atkinson') {
    if (strength > 0) return diffuse(picture, palette, { kernel: dither, strength }, pace);
  }
  const indices = new Int16Array(picture.width * picture.height).fill(-1);
  const plain = dither === 'none' || strength === 0;
  const choose = plain
    ? createMatcher(palette)
    : createOrdered(palette, { map: dither as ThresholdMapName, strength });
  await eachBand(indices.length, pace, (first, end) => choose(picture, indices, first, end));
  return indices;
}

/** Writes the palette indices of the pixels from `first` to before `end`. */
type Choose = (picture: Straight, indices: Int16Array, first: number, end: number) => void;

function createMatcher(palette: Palette): Choose {
  const nearest = createNearestColour(palette);
  const lab = new Float64Array(3);
  return ({ linear, alpha }, indices, first, end) => {
    for (let p = first, i = 3 * first; p < end; p++, i += 3) {
      if (alpha && alpha[p]! < 0.5) continue;
      doubledOklab(linear[i]!, linear[i + 1]!, linear[i + 2]!, lab);
      indices[p] = nearest(lab[0]!, lab[1]!, lab[2]!);
    }
  };
}

// A pixel's result depends only on its colour and position, so it is stable from frame to frame.
function createOrdered(
  palette: Palette,
  { map, strength }: { map: ThresholdMapName; strength: number },
): Choose {
  const { size, thresholds } = thresholdMap(map);
  const pairOf = createColourPair(palette);
  return ({ width, linear, alpha }, indices, first, end) => {
    for (let p = first, i = 3 * first; p < end; p++, i += 3) {
      if (alpha && alpha[p]! < 0.5) continue;
      const { base, other, share } = pairOf(linear[i]!, linear[i + 1]!, linear[i + 2]!);
      const y = Math.floor(p / width);
      const threshold = thresholds[(y % size) * size + ((p % width) % size)]!;
      indices[p] = threshold < strength * share ? other : base;
    }
  };
}

/** Paints palette indices; pixels with index −1 are transparent. */
export async function imageOfIndices(
  { width, height }: Size,
  palette: Palette,
  indices: Int16Array,
  pace: Pace,
): Promise<Image> {
  const image = createImage({ width, height });
  const pixels = new Uint32Array(image.data.buffer);
  const colours = pixelsOf(palette);
  await eachBand(pixels.length, pace, (first, end) => {
    for (let p = first; p < end; p++) {
      const index = indices[p]!;
      if (index >= 0) pixels[p] = colours[index]!;
    }
  });
  return image;
}
