// Cost of a pixelation, from sizes and parameters.
import type { Size } from '../../image.ts';
import type { Cost } from '../../work.ts';
import { type Cells, cellCount, gridOf } from '../grid.ts';
import type { PaletteParams } from '../palette.ts';
import { paletteWork } from '../palette-cost.ts';
import type { CellColour } from './cells/cells.ts';

/** Cost of reading and averaging each pixel, then of each cell, which depends on the palette. */
export function costOf(
  input: Size,
  options: Cells & PaletteParams & { cells: CellColour; outline: number; upscale: boolean },
): Cost {
  const grid = cellCount(gridOf(input, options));
  const pixels = input.width * input.height;
  const cells = grid.width * grid.height;
  const { cells: colour, outline, upscale } = options;
  return {
    work: {
      [`${colour}Pixels`]: pixels,
      [`${colour}Cells`]: cells,
      upscaled: upscale ? pixels : 0,
      outlined: outline > 0 ? cells : 0,
      ...paletteWork(options, cells),
    },
    bytes: ((upscale ? 4 : 0) + (colour === 'mean' ? 0 : 4)) * pixels + cellBytes(options) * cells,
  };
}

// Linear light takes 16 bytes per cell, a colour for comparison 16 more, levels 4.
function cellBytes(
  options: PaletteParams & { cells: CellColour; outline: number; upscale: boolean },
): number {
  const { cells: colour, outline, palette } = options;
  const chosen = { mean: 0, median: 16, mode: 16, detail: 32 }[colour];
  const levels = options.upscale ? 4 : 0;
  if (palette === undefined && outline === 0) return 16 + chosen + levels;
  return 16 + chosen + 16 + 4 + (outline > 0 ? 17 : 1) + (palette === undefined ? 0 : 2);
}
