// What a pixelation costs, from sizes and parameters.
import type { Size } from '../image.ts';
import type { Cost } from './effect.ts';
import type { CellColour } from './pixelate-cells.ts';
import { type Cells, cellCount, gridOf } from './pixelate-grid.ts';
import { colourCount, type PaletteParams } from './pixelate-palette.ts';

// Nanoseconds, measured inside workerd on one core.
const PER_PIXEL: Record<CellColour, number> = { mean: 0, median: 35, mode: 46, detail: 16 };
const PER_CELL: Record<CellColour, number> = { mean: 26, median: 150, mode: 250, detail: 200 };
const DIFFERENT_COLOURS = 4096;

/** Reading and averaging each pixel, then work for each cell that depends on the palette. */
export function costOf(
  input: Size,
  options: Cells & PaletteParams & { cells: CellColour; outline: number; upscale: boolean },
): Cost {
  const grid = cellCount(gridOf(input, options));
  const pixels = input.width * input.height;
  const cells = grid.width * grid.height;
  const perPixel = (options.upscale ? 12 : 9) + PER_PIXEL[options.cells];
  const perCell = PER_CELL[options.cells] + (options.outline > 0 ? 165 : 0) + matching(options);
  return {
    ops: perPixel * pixels + perCell * cells + choosing(options, cells),
    bytes: ((options.upscale ? 4 : 0) + (options.cells === 'mean' ? 0 : 4)) * pixels + 72 * cells,
  };
}

/** Finding a cell's palette colour: nanoseconds a cell. */
function matching(options: PaletteParams): number {
  const colours = colourCount(options);
  if (colours === 0) return 0;
  const nearest = 120 + 0.6 * colours;
  if (options.dither === 'none') return nearest;
  const diffuses = options.dither === 'floyd-steinberg' || options.dither === 'atkinson';
  return nearest + (diffuses ? 65 : 30 + 17 * Math.min(colours, 24));
}

/** Choosing and preparing a palette. */
function choosing(options: PaletteParams, cells: number): number {
  const colours = colourCount(options);
  const prepared = 10 * colours * colours;
  if (options.palette !== 'auto') return prepared;
  return prepared + 65 * cells + (800 + 22 * colours) * Math.min(cells, DIFFERENT_COLOURS);
}
