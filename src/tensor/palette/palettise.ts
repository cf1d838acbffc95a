// Gives each pixel a colour of a palette, with or without dithering, as tensors and band by band.
import { tensor3d } from '@tensorflow/tfjs-core';
import { createImage, type Image, type Size } from '../../image.ts';
import { eachBand, type Pace } from '../../timing.ts';
import type { Straight } from '../picture/straight.ts';
import { type Palette, pixelsOf } from './palette.ts';
import { type Dither, isDiffusion, paletteIndices } from './palette-indices.ts';

export type Dithering = {
  dither: Dither;
  /** 0 (as without) … 1. */
  strength: number;
};

/** Rows of a band: a multiple of the sides of all threshold maps. */
const BAND_ROWS = 64;

/** Palette index of each pixel; −1 where the picture is less than half opaque. */
export async function palettise(
  picture: Straight,
  palette: Palette,
  { dither, strength }: Dithering,
  pace: Pace,
): Promise<Int16Array> {
  const { width, height } = picture;
  const indices = new Int16Array(width * height);
  const attrs = { palette, dither: strength === 0 ? 'none' : dither, strength } as const;
  // Errors of a diffusion go from the first row to the last.
  const rows = isDiffusion(attrs.dither) ? height : BAND_ROWS;
  for (let top = 0; top < height; top += rows) {
    const bottom = Math.min(height, top + rows);
    const values = cellsOf(picture, top * width, bottom * width);
    const cells = tensor3d(values, [bottom - top, width, 4]);
    const found = paletteIndices(cells, attrs);
    cells.dispose();
    indices.set(found.dataSync<'int32'>(), top * width);
    found.dispose();
    await pace((bottom - top) / height);
  }
  return indices;
}

/** Colours and opacities of the pixels from `first` to before `end`, four values each. */
function cellsOf({ linear, alpha }: Straight, first: number, end: number): Float32Array {
  const cells = new Float32Array(4 * (end - first));
  for (let p = first, i = 3 * first, k = 0; p < end; p++, i += 3, k += 4) {
    cells[k] = linear[i]!;
    cells[k + 1] = linear[i + 1]!;
    cells[k + 2] = linear[i + 2]!;
    cells[k + 3] = alpha ? alpha[p]! : 1;
  }
  return cells;
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
