// One colour for each cell of the grid: its mean, or one of three choices from the cell's single pixels.
import type { Image } from '../../../image.ts';
import type { PixelWork } from '../../../tensor/pixel-kernels.ts';
import { type Axis, boxAxis } from '../../../tensor/resample/axis.ts';
import { imageSource, type Light } from '../../../tensor/resample/light-rows.ts';
import { resampledLight } from '../../../tensor/resample/resample.ts';
import { eachBand, type Pace, portion } from '../../../timing.ts';
import type { Grid } from '../../grid.ts';
import { createDetail } from './detail.ts';
import { createMedian } from './median.ts';
import { createMode } from './mode.ts';

export const cellColours = ['mean', 'median', 'mode', 'detail'] as const;
export type CellColour = (typeof cellColours)[number];

/**
 * The pixels of one cell: `at` are their offsets in the RGBA bytes, `weight` the share of the pixel inside the cell times its
 * opacity, above zero. Only the first `count` elements are valid.
 */
export type CellPixels = {
  data: Uint8ClampedArray;
  count: number;
  at: Int32Array;
  weight: Float32Array;
};

/** Writes the colour (linear light 0…1, three values) of the pixels of a cell; `cell` is its index, row by row. */
export type ColourOfCell = (pixels: CellPixels, out: Float64Array, cell: number) => void;

/** Rough shares if cells get another colour than their mean: of the means, of their surroundings, and of the colours. */
const SHARES = { means: 0.15, detail: 0.1, choose: 0.75 };

/** One pixel per cell, in linear light. Opacity always is the cell's mean; if it is zero, so is the colour. */
export async function fillCells(
  image: Image,
  { grid: { x, y }, colour }: { grid: Grid; colour: CellColour },
  { kernels, pace }: PixelWork,
): Promise<Light> {
  const axes = { columns: boxAxis(image.width, x), rows: boxAxis(image.height, y) };
  const source = imageSource(image);
  if (colour === 'mean') return resampledLight(source, { ...axes, kernels, pace });
  const meansPace = portion(pace, SHARES.means);
  const means = await resampledLight(source, { ...axes, kernels, pace: meansPace });
  const chosen =
    colour === 'median'
      ? createMedian()
      : colour === 'mode'
        ? createMode()
        : await createDetail(means, { kernels, pace: portion(pace, SHARES.detail) });
  return recoloured(image, axes, { means, chosen }, portion(pace, SHARES.choose));
}

type Axes = { columns: Axis; rows: Axis };

async function recoloured(
  image: Image,
  axes: Axes,
  { means, chosen }: { means: Light; chosen: ColourOfCell },
  pace: Pace,
): Promise<Light> {
  const { columns, rows } = axes;
  const { channels, data } = means;
  const stride = channels * columns.to;
  const out = new Float32Array(columns.to * rows.to * channels);
  const most =
    columns.count.reduce((a, b) => Math.max(a, b)) * rows.count.reduce((a, b) => Math.max(a, b));
  const pixels: CellPixels = {
    data: image.data,
    count: 0,
    at: new Int32Array(most),
    weight: new Float32Array(most),
  };
  const rowPace = portion(pace, 1 / rows.to);
  const colour = new Float64Array(3);
  const cell = (u: number, v: number, mean: Float32Array): void => {
    gather(pixels, image, { columns, rows, u, v });
    if (pixels.count === 0) return;
    chosen(pixels, colour, v * columns.to + u);
    const alpha = channels === 4 ? mean[4 * u + 3]! : 1;
    const i = (v * columns.to + u) * channels;
    for (let c = 0; c < 3; c++) out[i + c] = colour[c]! * alpha;
    if (channels === 4) out[i + 3] = alpha;
  };
  for (let v = 0; v < rows.to; v++) {
    const mean = data.subarray(v * stride, (v + 1) * stride);
    await eachBand(columns.to, rowPace, (first, end) => {
      for (let u = first; u < end; u++) cell(u, v, mean);
    });
  }
  return { width: columns.to, height: rows.to, channels, data: out };
}

function gather(
  pixels: CellPixels,
  { width, data }: Image,
  { columns, rows, u, v }: Axes & { u: number; v: number },
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
