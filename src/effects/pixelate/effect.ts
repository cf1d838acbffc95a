// Pixelation: a grid of flat cells, in any colours or in those of a palette.
import * as z from 'zod';
import { paramError } from '../../errors.ts';
import type { Image } from '../../image.ts';
import { cellColourNames } from '../../tensor/cells/cell-colours.ts';
import type { Palette } from '../../tensor/palette/palette.ts';
import { imageOfIndices, palettise } from '../../tensor/palette/palettise.ts';
import { repeatPixels } from '../../tensor/picture/repeat-pixels.ts';
import { imageOfStraight, type Straight } from '../../tensor/picture/straight.ts';
import { eachBand, type Pace, portion } from '../../timing.ts';
import { defineEffect, type ParamsOf } from '../effect.ts';
import { cellCount, cellOfPixel, type Grid, gridOf } from '../grid.ts';
import {
  checkPalette,
  joinedCells,
  PALETTE_FRAMES,
  paletteOf,
  paletteParams,
  withPaletteOf,
} from '../palette.ts';
import { costOf } from './cost.ts';
import { fillCells } from './fill-cells.ts';
import { findGrid, LEAST_SCALE } from './find-grid.ts';
import { OUTLINE_LIGHT, outlineOf } from './outline.ts';
import { REFERENCE, reference, referenceCost } from './reference.ts';
import { trials } from './trials.ts';

const cells = (name: string) =>
  z
    .int()
    .min(1)
    .max(1024)
    .optional()
    .describe(
      `${name} of the grid; the other side follows the picture's shape. At most one cell a pixel.`,
    )
    .meta({ unit: 'cells', ui: { min: 4, max: 160 } });

const params = {
  block: z
    .union([z.literal('auto'), z.int().min(1).max(256)])
    .optional()
    .describe(
      'Block edge; 16 unless columns or rows is given. auto: finds the grid of enlarged pixel art, of any scale from 2 to 64; 16 if there is none.',
    )
    .meta({ unit: 'px', default: 16, ui: { min: 2, max: 64 } }),
  offset: z
    .string()
    .regex(/^\d{1,3}~\d{1,3}$/)
    .transform((text) => text.split('~').map(Number).join('~'))
    .optional()
    .describe(
      'Where the first whole block begins, across and down, joined by ~; together with block.',
    )
    .meta({ unit: 'px', format: 'two whole numbers like 3~5', ui: { rare: true } }),
  columns: cells('Columns'),
  rows: cells('Rows'),
  cells: z
    .enum(cellColourNames)
    .default('mean')
    .describe(
      'Colour of a cell: mean of its light; median, the colour of middle brightness; mode, the most frequent colour, or clear; detail, a mean in which pixels that stand out count more, so thin lines survive.',
    ),
  ...paletteParams,
  outline: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe(
      'Draws edges as dark lines one cell wide, the more of them the higher the value; with a palette in its darkest colour.',
    )
    .meta({ unit: 'share' }),
  upscale: z
    .boolean()
    .default(true)
    .describe("true: the picture's own size with hard edges; false: one pixel per cell."),
  mode: z
    .enum(['mean', 'reference'])
    .default('mean')
    .describe(
      'reference: the original recipe, a 16×12 grey picture of 8×8 means of a 128×96 bilinear reduction.',
    )
    .meta({ ui: { rare: true } }),
};

type Params = ParamsOf<typeof params>;

export const pixelate = defineEffect({
  name: 'pixelate',
  summary:
    'Fill each cell of a grid with one colour, averaged in linear light; palettes, dithering, outlines.',
  examples: [
    { plan: 'pixelate,block=16', source: 'landscape.jpg' },
    { plan: 'w=512/pixelate,columns=96,palette=pico8,dither=bayer4', source: 'landscape.jpg' },
    { plan: 'w=512/pixelate,columns=128,palette=auto,dither=floyd-steinberg', source: 'bust.jpg' },
    { plan: 'w=480/pixelate,columns=120,palette=gameboy,dither=blue-noise', source: 'chess.jpg' },
    {
      plan: 'w=384/pixelate,columns=64,cells=mode,palette=auto,colors=12,outline=0.4',
      source: 'sticker.png',
    },
    {
      plan: 'w=512/pixelate,block=8,cells=detail,palette=2b0f54~ab1f65~ff4f69~ff8142~ffda45~fff7f8',
      source: 'chess.jpg',
    },
    { plan: 'pixelate,columns=64,palette=sweetie16,upscale=false', source: 'sticker.png' },
  ],
  params,
  trials,
  check(options) {
    const { block, columns, rows } = options;
    if (block !== undefined && (columns !== undefined || rows !== undefined)) {
      return paramError({
        param: 'block',
        expected: 'either block or columns and rows',
        got: 'both',
      });
    }
    const { offset } = options;
    if (offset !== undefined && typeof block !== 'number') {
      return paramError({ param: 'offset', expected: 'together with a number for block' });
    }
    if (offset?.split('~').some((part) => Number(part) >= (block as number))) {
      return paramError({ param: 'offset', expected: `less than block=${block}`, got: offset });
    }
    if (options.mode === 'reference' && !isBare(options)) {
      return paramError({ param: 'mode', expected: 'reference alone, its grid is fixed' });
    }
    return checkPalette(options);
  },
  size: (input, options) => {
    if (options.mode === 'reference') return REFERENCE;
    if (options.upscale) return { width: input.width, height: input.height };
    return cellCount(gridOf(input, gridOptions(options)));
  },
  cost: (input, options) =>
    options.mode === 'reference'
      ? referenceCost(input)
      : costOf(input, {
          ...options,
          ...gridOptions(options),
          searches: options.block === 'auto',
        }),
  leavesPalette: ({ palette }) => palette !== undefined,
  needs: { tensors: () => true },
  steady: {
    when: ({ palette }) => palette === 'auto',
    frames: PALETTE_FRAMES,
    async look({ picture, params: options, pace }, before) {
      const grid = await gridIn(picture, options, portion(pace, SHARES.search));
      const rest = portion(pace, 1 - SHARES.search);
      const cells = await fillCells(picture, { grid, colour: options.cells }, rest);
      return joinedCells(before as Straight | undefined, cells);
    },
    settledParams: (seen, options) => withPaletteOf(seen as Straight, options, options.colors),
  },
  async run({ picture, params: options, reports, pace }) {
    if (options.mode === 'reference') return { picture: await reference(picture, pace) };
    const searches = options.block === 'auto';
    const grid = await gridIn(picture, options, portion(pace, SHARES.search));
    const plain = options.palette === undefined && options.outline === 0;
    const passes = [true, !plain, options.upscale];
    const rest = searches ? portion(pace, 1 - SHARES.search) : pace;
    const pass = portion(rest, 1 / passes.filter(Boolean).length);
    const small = await fillCells(picture, { grid, colour: options.cells }, pass);
    const { image, palette } = plain
      ? { image: await imageOfStraight(small, portion(pass, SHARES.convert)) }
      : await restyled(small, options, pass);
    const cells = { columns: cellOfPixel(grid.x), rows: cellOfPixel(grid.y) };
    const result = options.upscale ? await repeatPixels(image, cells, pass) : image;
    return {
      picture: result,
      ...(reports && palette && { report: { colors: palette.count, palette: palette.hex } }),
    };
  },
});

/** Block edge if `auto` finds no grid, in px. */
const USUAL = 16;

/** The grid's options; of `auto`, whose grid depends on the picture, those of the smallest cells. */
const gridOptions = ({ block, columns, rows, offset }: Params) => {
  const [x, y] = (offset ?? '0~0').split('~').map(Number) as [number, number];
  return { block: block === 'auto' ? LEAST_SCALE : block, columns, rows, offset: { x, y } };
};

/** The grid of a picture; with `auto` it is searched for. */
async function gridIn(picture: Image, options: Params, pace: Pace): Promise<Grid> {
  if (options.block !== 'auto') return gridOf(picture, gridOptions(options));
  return (await findGrid(picture, pace)) ?? gridOf(picture, { block: USUAL });
}

/** Rough shares: of searching a grid in the whole, and of giving the cells other colours, without their first conversion in `restyled`. */
const SHARES = {
  search: 0.3,
  convert: 0.1,
  outline: 0.2,
  choose: 0.2,
  match: 0.4,
  draw: 0.02,
  paint: 0.08,
};

/** Maps cells to the palette and draws the outline; the palette is chosen from the cells without outline. */
async function restyled(
  picture: Straight,
  options: Params,
  pace: Pace,
): Promise<{ image: Image; palette?: Palette }> {
  const outline = await outlineOf(picture, options.outline, portion(pace, SHARES.outline));
  const { linear } = picture;
  const [drawPace, paintPace] = [portion(pace, SHARES.draw), portion(pace, SHARES.paint)];
  if (options.palette === undefined) {
    await eachBand(outline.length, drawPace, (first, end) => {
      for (let i = 3 * first; i < 3 * end; i++) {
        if (outline[Math.floor(i / 3)]) linear[i]! *= OUTLINE_LIGHT;
      }
    });
    return { image: await imageOfStraight(picture, paintPace) };
  }
  const { palette: wanted, colors } = options;
  const choosePace = portion(pace, SHARES.choose);
  const palette = await paletteOf(picture, { palette: wanted, colors }, choosePace);
  const indices = await palettise(picture, palette, options, portion(pace, SHARES.match));
  await eachBand(outline.length, drawPace, (first, end) => {
    for (let p = first; p < end; p++) if (outline[p]) indices[p] = palette.darkest;
  });
  return { image: await imageOfIndices(picture, palette, indices, paintPace), palette };
}

function isBare(options: Params): boolean {
  const { block, columns, rows, palette, cells, outline, upscale } = options;
  return (
    [block, columns, rows, palette].every((value) => value === undefined) &&
    cells === 'mean' &&
    outline === 0 &&
    upscale
  );
}
