// Palette colours for cells: the nearest one, one of two by a threshold, or what error diffusion gives.
import { type Tensor2D, type Tensor3D, tensor2d } from '@tensorflow/tfjs-core';
import { doubledOklab } from '../colour/oklab.ts';
import { customOp } from '../ops/custom-op.ts';
import { createColourPair } from './colour-pair.ts';
import { type Diffusion, diffuse } from './diffuse.ts';
import { createNearestColour } from './nearest-colour.ts';
import type { Palette } from './palette.ts';
import { type ThresholdMapName, thresholdMap } from './threshold-map.ts';

/** Name of the kernel of `paletteIndices`: input cells; attributes of `PaletteAttrs`. */
export const PALETTE_INDICES = 'TesseraPaletteIndices';

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

export type Dither = (typeof dithers)[number];

export type PaletteAttrs = {
  palette: Palette;
  dither: Dither;
  /** Above 0 … 1; has no effect without dithering. */
  strength: number;
};

export const isDiffusion = (dither: Dither): dither is Diffusion =>
  dither === 'floyd-steinberg' || dither === 'atkinson';

/**
 * Palette index of each of `cells` `[h, w, 4]`, straight linear light and opacity; −1 where a cell is less than half opaque. `[h, w]`, whole
 * numbers. Backends without our kernel compute it in plain loops in double precision; the kernel computes in single precision, so of
 * colours at nearly the same distance it may take the other one, which error diffusion passes on.
 */
export const paletteIndices = (cells: Tensor3D, attrs: PaletteAttrs): Tensor2D =>
  customOp<Tensor2D>({
    name: PALETTE_INDICES,
    inputs: { cells },
    attrs,
    compose: () => {
      const [height, width] = cells.shape;
      const picture = { width, height, data: cells.dataSync<'float32'>() };
      return tensor2d(indicesOf(picture, attrs), [height, width], 'int32');
    },
  });

/** Cells of straight linear light and opacity, four values each. */
export type Cells = { width: number; height: number; data: Float32Array };

function indicesOf(cells: Cells, { palette, dither, strength }: PaletteAttrs): Int32Array {
  if (isDiffusion(dither)) return diffuse(cells, palette, { kernel: dither, strength });
  const indices = new Int32Array(cells.width * cells.height).fill(-1);
  if (dither === 'none') match(cells, palette, indices);
  else order(cells, palette, { map: dither, strength }, indices);
  return indices;
}

function match({ data }: Cells, palette: Palette, indices: Int32Array): void {
  const nearest = createNearestColour(palette);
  const lab = new Float64Array(3);
  for (let p = 0, i = 0; p < indices.length; p++, i += 4) {
    if (data[i + 3]! < 0.5) continue;
    doubledOklab(data[i]!, data[i + 1]!, data[i + 2]!, lab);
    indices[p] = nearest(lab[0]!, lab[1]!, lab[2]!);
  }
}

// A cell's result depends only on its colour and position, so it is stable from frame to frame.
function order(
  { width, data }: Cells,
  palette: Palette,
  { map, strength }: { map: ThresholdMapName; strength: number },
  indices: Int32Array,
): void {
  const { size, thresholds } = thresholdMap(map);
  const pairOf = createColourPair(palette, strength);
  for (let p = 0, i = 0; p < indices.length; p++, i += 4) {
    if (data[i + 3]! < 0.5) continue;
    const { darker, lighter, share } = pairOf(data[i]!, data[i + 1]!, data[i + 2]!);
    const y = Math.floor(p / width);
    const threshold = thresholds[(y % size) * size + ((p % width) % size)]!;
    indices[p] = threshold < share ? lighter : darker;
  }
}
