// One colour for each cell of the grid: mean, or one of the three ways that look at the single pixels of a cell.
import { tensor3d } from '@tensorflow/tfjs-core';
import type { Image } from '../image.ts';
import { type Axis, boxAxis } from '../tensor/axis.ts';
import { disposePicture, fromLinear, imageOf, type Picture, readRows } from '../tensor/picture.ts';
import { resample } from '../tensor/resample.ts';
import { createDetail } from './pixelate-detail.ts';
import type { Grid } from './pixelate-grid.ts';
import { createMedian } from './pixelate-median.ts';
import { createMode } from './pixelate-mode.ts';

export const cellColours = ['mean', 'median', 'mode', 'detail'] as const;
export type CellColour = (typeof cellColours)[number];

/**
 * The pixels that a cell touches, as its colour is chosen from them: `at` are their offsets in the RGBA bytes, `weight` the
 * share of the pixel inside the cell times its opacity. Only the first `count` are of this cell; all weights are above zero.
 */
export type CellPixels = {
  data: Uint8ClampedArray;
  count: number;
  at: Int32Array;
  weight: Float32Array;
};

/** Writes a colour (linear light 0…1, three values) for the pixels of the cell at (column, row). */
export type ColourOfCell = (pixels: CellPixels, out: Float64Array, cell: number) => void;

/** One pixel per cell, in linear light. Opacity is the cell's mean in every case; where it is zero, so is the colour. */
export function fillCells(picture: Picture, { x, y }: Grid, colour: CellColour): Picture {
  const axes = { columns: boxAxis(picture.width, x), rows: boxAxis(picture.height, y) };
  const means = resample(picture, axes);
  if (colour === 'mean') return means;
  try {
    const chosen =
      colour === 'median' ? createMedian() : colour === 'mode' ? createMode() : createDetail(means);
    return recoloured(imageOf(picture), axes, { means, chosen });
  } finally {
    disposePicture(means);
  }
}

function recoloured(
  image: Image,
  { columns, rows }: { columns: Axis; rows: Axis },
  { means, chosen }: { means: Picture; chosen: ColourOfCell },
): Picture {
  const { channels, row } = readRows(means);
  const out = new Float32Array(columns.to * rows.to * channels);
  const most = Math.max(...columns.count) * Math.max(...rows.count);
  const pixels: CellPixels = {
    data: image.data,
    count: 0,
    at: new Int32Array(most),
    weight: new Float32Array(most),
  };
  const colour = new Float64Array(3);
  for (let v = 0, i = 0; v < rows.to; v++) {
    const mean = row(v);
    for (let u = 0; u < columns.to; u++, i += channels) {
      gather(pixels, image, { columns, rows, u, v });
      if (pixels.count === 0) continue;
      chosen(pixels, colour, v * columns.to + u);
      const alpha = channels === 4 ? (mean[4 * u + 3] as number) : 1;
      for (let c = 0; c < 3; c++) out[i + c] = colour[c]! * alpha;
      if (channels === 4) out[i + 3] = alpha;
    }
  }
  return fromLinear(tensor3d(out, [rows.to, columns.to, channels]));
}

function gather(
  pixels: CellPixels,
  { width, data }: Image,
  { columns, rows, u, v }: { columns: Axis; rows: Axis; u: number; v: number },
): void {
  const { at, weight } = pixels;
  const left = columns.start[u]!;
  const top = rows.start[v]!;
  const across = columns.count[u]!;
  const down = rows.count[v]!;
  const fromX = columns.offset[u]!;
  const fromY = rows.offset[v]!;
  let n = 0;
  for (let j = 0; j < down; j++) {
    const wy = rows.weights[fromY + j]!;
    for (let i = 0, k = 4 * ((top + j) * width + left); i < across; i++, k += 4) {
      const w = wy * columns.weights[fromX + i]! * data[k + 3]!;
      if (w === 0) continue;
      at[n] = k;
      weight[n++] = w;
    }
  }
  pixels.count = n;
}
