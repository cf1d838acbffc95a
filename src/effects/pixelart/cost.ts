// What pixel art costs, from sizes and parameters.
import type { Size } from '../../image.ts';
import { CELL_PIXELS } from '../../nets/pixelart/sizes.ts';
import type { Cost } from '../../work.ts';
import { type Cells, cellCount, gridOf } from '../grid.ts';
import type { PaletteParams } from '../palette.ts';
import { paletteWork } from '../palette-cost.ts';

export type CostOptions = PaletteParams & { cells: Cells; draws: boolean; upscale: boolean };

/** Bytes of the network's weights, and of its kernels' own memory. */
const FIXED_BYTES = 2e6;
/** Of a pixel that the network sees: linear light and codes, luma twice, its input. */
const SEEN_BYTES = 16 + 12 + 8 + 8;
/** Of a cell: its means, drawn colour, levels and index. */
const CELL_BYTES = 60;
/** Of a cell in tensors: three of 32 channels at once. */
const TENSOR_BYTES = 4 * 32 * 4;

/** Shrinking to 4×4 pixels a cell, the network on the cells, then the palette. */
export function costOf(input: Size, options: CostOptions): Cost {
  const grid = cellCount(gridOf(input, options.cells));
  const pixels = input.width * input.height;
  const cells = grid.width * grid.height;
  const seen = CELL_PIXELS ** 2 * cells;
  const { draws, upscale } = options;
  return {
    work: {
      runs: draws ? 1 : 0,
      pixels,
      averaged: cells,
      drawn: draws ? cells : 0,
      upscaled: upscale ? pixels : 0,
      ...paletteWork(options, cells),
    },
    bytes:
      (draws ? FIXED_BYTES : 0) +
      (draws ? SEEN_BYTES : 16) * seen +
      CELL_BYTES * cells +
      (upscale ? 4 * pixels : 0),
    ...(draws && { heap: FIXED_BYTES + TENSOR_BYTES * cells }),
  };
}
