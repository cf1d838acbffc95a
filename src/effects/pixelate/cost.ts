// Cost of a pixelation, from sizes and parameters.
import type { Size } from '../../image.ts';
import type { Cost, Work } from '../../work.ts';
import type { CellColour } from './cells/cells.ts';
import { type Cells, cellCount, gridOf } from './grid.ts';
import { colourCount, type PaletteParams } from './palette.ts';

const DIFFERENT_COLOURS = 4096;

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
      ...matching(options, cells),
      ...choosing(options, cells),
    },
    bytes:
      ((upscale ? 4 : 0) + (colour === 'mean' ? 0 : 4)) * pixels +
      cellBytes(options) * cells +
      // The rows from which one row of cells is averaged.
      16 * input.width * Math.min(input.height, input.height / grid.height + 2),
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

/** Work of finding each cell's palette colour. */
function matching(options: PaletteParams, cells: number): Work {
  const colours = colourCount(options);
  if (colours === 0) return {};
  const nearest = { matched: cells, compared: cells * colours };
  if (options.dither === 'none') return nearest;
  const diffuses = options.dither === 'floyd-steinberg' || options.dither === 'atkinson';
  if (diffuses) return { ...nearest, diffused: cells };
  return { ...nearest, ordered: cells, paired: cells * Math.min(colours, 24) };
}

/** Work of choosing and preparing a palette. */
function choosing(options: PaletteParams, cells: number): Work {
  const colours = colourCount(options);
  const prepared = { colourPairs: colours * colours };
  if (options.palette !== 'auto') return prepared;
  const different = Math.min(cells, DIFFERENT_COLOURS);
  return { ...prepared, counted: cells, different, clustered: different * colours };
}
