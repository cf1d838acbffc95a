// Cost of a pixelation, from sizes and parameters.
import type { Size } from '../../image.ts';
import type { CellColour } from '../../tensor/cells/cell-colours.ts';
import { isDiffusion } from '../../tensor/palette/palette-indices.ts';
import type { Cost } from '../../work.ts';
import { type Cells, cellCount, gridOf } from '../grid.ts';
import type { PaletteParams } from '../palette.ts';
import { paletteWork } from '../palette-cost.ts';
import { bandBytes } from './fill-cells.ts';
import { SEARCHED } from './find-grid.ts';

/** Cost of reading and averaging each pixel, then of each cell, which depends on the palette. */
export function costOf(
  input: Size,
  options: Cells &
    PaletteParams & { cells: CellColour; outline: number; upscale: boolean; searches: boolean },
): Cost {
  const grid = cellCount(gridOf(input, options));
  const pixels = input.width * input.height;
  const cells = grid.width * grid.height;
  const { cells: colour, outline, upscale } = options;
  // Errors are diffused over all cells at once; everything else is done in bands.
  const diffused = isDiffusion(options.dither) ? cells : 0;
  return {
    work: {
      // Calls of kernels cost time whatever the size.
      runs: 1,
      [`${colour}Pixels`]: pixels,
      [`${colour}Cells`]: cells,
      upscaled: upscale ? pixels : 0,
      searched: options.searches ? Math.min(pixels, SEARCHED * SEARCHED) : 0,
      outlined: outline > 0 ? cells : 0,
      ...paletteWork(options, cells),
    },
    bytes: (upscale ? 4 : 0) * pixels + cellBytes(options) * cells,
    heap: HEAP_BYTES + Math.max(bandBytes(input, grid), DIFFUSED_BYTES * diffused),
  };
}

/** Bytes of the tensors' memory besides pixels and cells. */
const HEAP_BYTES = 2 ** 20;
/** Colour, opacity and index of a cell in tensors, and the allocator's gaps. */
const DIFFUSED_BYTES = 27;

// Colour and opacity of a cell take 16 bytes twice, its surroundings 16, a colour for comparison 16, levels 4.
function cellBytes(
  options: PaletteParams & { cells: CellColour; outline: number; upscale: boolean },
): number {
  const { cells: colour, outline, palette } = options;
  const chosen = 32 + (colour === 'detail' ? 32 : 0);
  const levels = options.upscale ? 4 : 0;
  if (palette === undefined && outline === 0) return chosen + levels;
  return chosen + 16 + 4 + (outline > 0 ? 17 : 1) + (palette === undefined ? 0 : 2);
}
