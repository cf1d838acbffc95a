// Pixelation: a grid of flat cells, in all colours or in those of a palette.
import * as z from 'zod';
import type { Image } from '../image.ts';
import type { Palette } from '../tensor/palette.ts';
import { imageOfIndices, palettise } from '../tensor/palettise.ts';
import { disposePicture, fromImage, imageOf } from '../tensor/picture.ts';
import { repeatPixels } from '../tensor/repeat-pixels.ts';
import { imageOfStraight, type Straight, straightOf } from '../tensor/straight.ts';
import { defineEffect, type ParamsOf } from './effect.ts';
import { cellColours, fillCells } from './pixelate-cells.ts';
import { costOf } from './pixelate-cost.ts';
import { cellCount, cellOfPixel, gridOf } from './pixelate-grid.ts';
import { OUTLINE_LIGHT, outlineOf } from './pixelate-outline.ts';
import { paletteComplaint, paletteOf, paletteParams } from './pixelate-palette.ts';
import { REFERENCE, reference } from './pixelate-reference.ts';

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
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe('Block edge; 16 unless columns or rows is given.')
    .meta({ unit: 'px', default: 16, ui: { min: 2, max: 64 } }),
  columns: cells('Columns'),
  rows: cells('Rows'),
  cells: z
    .enum(cellColours)
    .default('mean')
    .describe(
      'Colour of a cell: mean of its light; median, the colour of middle brightness; mode, the most frequent colour; detail, a mean in which what stands out counts more, so thin lines survive.',
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
    ),
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
  check(options) {
    const { block, columns, rows } = options;
    if (block !== undefined && (columns !== undefined || rows !== undefined)) {
      return 'block: expected either block or columns and rows, got both';
    }
    if (options.mode === 'reference' && !isBare(options)) {
      return 'mode: expected reference alone, its grid is fixed';
    }
    return paletteComplaint(options);
  },
  size: (input, options) => {
    if (options.mode === 'reference') return REFERENCE;
    if (options.upscale) return { width: input.width, height: input.height };
    return cellCount(gridOf(input, options));
  },
  cost: costOf,
  run({ picture, params: options, reports }) {
    if (options.mode === 'reference') return { picture: reference(picture) };
    const grid = gridOf(picture, options);
    const small = fillCells(picture, grid, options.cells);
    const plain = options.palette === undefined && options.outline === 0;
    if (plain && !options.upscale) return { picture: small };
    const { image, palette } = plain
      ? { image: imageOf(small) }
      : restyled(straightOf(small), options);
    disposePicture(small);
    const result = options.upscale
      ? repeatPixels(image, { columns: cellOfPixel(grid.x), rows: cellOfPixel(grid.y) })
      : image;
    return {
      picture: fromImage(result),
      ...(reports && palette && { report: { colors: palette.count, palette: palette.hex } }),
    };
  },
});

/** Brings cells to the palette and draws the outline; the palette is chosen before the outline is there. */
function restyled(picture: Straight, options: Params): { image: Image; palette?: Palette } {
  const outline = outlineOf(picture, options.outline);
  if (options.palette === undefined) {
    const linear = picture.linear.map((v, i) =>
      outline[Math.floor(i / 3)] ? OUTLINE_LIGHT * v : v,
    );
    return { image: imageOfStraight({ ...picture, linear }) };
  }
  const palette = paletteOf(picture, options.palette, options.colors);
  const indices = palettise(picture, palette, options);
  for (let p = 0; p < indices.length; p++) if (outline[p]) indices[p] = palette.darkest;
  return { image: imageOfIndices(picture, palette, indices), palette };
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
