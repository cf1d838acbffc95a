// What choosing a palette and matching cells to it costs.
import type { Work } from '../work.ts';
import { colourCount, type PaletteParams } from './palette.ts';

const DIFFERENT_COLOURS = 4096;

/** Work of so many cells; nothing without a palette. */
export const paletteWork = (options: PaletteParams, cells: number): Work => ({
  ...matching(options, cells),
  ...choosing(options, cells),
});

/** Finding each cell's palette colour. */
function matching(options: PaletteParams, cells: number): Work {
  const colours = colourCount(options);
  if (colours === 0) return {};
  const nearest = { matched: cells, compared: cells * colours };
  if (options.dither === 'none') return nearest;
  const diffuses = options.dither === 'floyd-steinberg' || options.dither === 'atkinson';
  if (diffuses) return { ...nearest, diffused: cells };
  return { ...nearest, ordered: cells, paired: cells * Math.min(colours, 24) };
}

/** Choosing and preparing a palette. */
function choosing(options: PaletteParams, cells: number): Work {
  const colours = colourCount(options);
  const prepared = { colourPairs: colours * colours };
  if (options.palette !== 'auto') return prepared;
  const different = Math.min(cells, DIFFERENT_COLOURS);
  return { ...prepared, counted: cells, different, clustered: different * colours };
}
