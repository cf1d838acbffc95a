// Cells whose colour is chosen from their single pixels, in plain loops: what the kernel of `cellColours` does on backends without it.
import type { Image } from '../../image.ts';
import type { Axis } from '../resample/axis.ts';
import type { CellAttrs } from './cell-colours.ts';
import { createDetail } from './detail.ts';
import { createMedian } from './median.ts';
import { createMode } from './mode.ts';

/**
 * The pixels of one cell: `at` are their offsets in the RGBA bytes, `weight` the share of the pixel inside the cell times its
 * opacity (0…255), above zero. Only the first `count` elements are valid.
 */
export type CellPixels = {
  data: Uint8ClampedArray;
  count: number;
  at: Int32Array;
  weight: Float32Array;
};

/** Writes the colour (linear light 0…1, three values) of the pixels of a cell; `cell` is its index, row by row. The fourth value is the mean opacity, which may be changed. */
export type ColourOfCell = (pixels: CellPixels, out: Float64Array, cell: number) => void;

/** Straight linear light and opacity of each cell, four values. */
export function chosenCells(
  image: Image,
  { columns, rows, colour, around = new Float32Array(0) }: CellAttrs,
): Float32Array {
  const choose =
    colour === 'median' ? createMedian() : colour === 'mode' ? createMode() : createDetail(around);
  const out = new Float32Array(4 * columns.to * rows.to);
  const most = largest(columns) * largest(rows);
  const pixels: CellPixels = {
    data: image.data,
    count: 0,
    at: new Int32Array(most),
    weight: new Float32Array(most),
  };
  const chosen = new Float64Array(4);
  for (let cell = 0; cell < columns.to * rows.to; cell++) {
    gather(pixels, image, {
      columns,
      rows,
      u: cell % columns.to,
      v: Math.floor(cell / columns.to),
    });
    if (pixels.count === 0) continue;
    let alpha = 0;
    for (let n = 0; n < pixels.count; n++) alpha += pixels.weight[n]!;
    chosen[3] = alpha / 255;
    choose(pixels, chosen, cell);
    out.set(chosen, 4 * cell);
  }
  return out;
}

const largest = ({ count }: Axis): number => count.reduce((a, b) => Math.max(a, b));

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
