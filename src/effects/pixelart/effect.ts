// Learned pixel art: cells as an artist might draw them, by a network of the project's own.
import * as z from 'zod';
import { paramError } from '../../errors.ts';
import type { Image } from '../../image.ts';
import { namedPalettes } from '../../tensor/palette/names.ts';
import type { Palette } from '../../tensor/palette/palette.ts';
import { imageOfIndices, palettise } from '../../tensor/palette/palettise.ts';
import { repeatPixels } from '../../tensor/picture/repeat-pixels.ts';
import { imageOfStraight, type Straight } from '../../tensor/picture/straight.ts';
import type { PixelKernels } from '../../tensor/pixel-kernels.ts';
import { type Pace, portion } from '../../timing.ts';
import { defineEffect, type ParamsOf, type ReadModel } from '../effect.ts';
import { cellCount, cellOfPixel, gridOf } from '../grid.ts';
import {
  checkPalette,
  joinedCells,
  PALETTE_FRAMES,
  paletteOf,
  paletteParams,
  withPaletteOf,
} from '../palette.ts';
import { withAccents } from './accents.ts';
import { costOf } from './cost.ts';
import { drawnCells } from './drawn-cells.ts';
import { joinStrays } from './strays.ts';

/** The network's weights, which are part of the project. */
const MODEL = 'pixelart';

/** Colours that palette=auto chooses unless told otherwise. */
const COLOURS = 24;

/** Rough shares of the work. */
const SHARES = { cells: 0.8, colours: 0.15, upscale: 0.05 };

/** Largest difference at which a stray cell joins its neighbours, if no detail is wanted. */
const JOINED = 0.25;

const cells = (name: string) =>
  z
    .int()
    .min(1)
    .max(512)
    .optional()
    .describe(
      `${name} of the grid; the other side follows the picture's shape. At most one cell a pixel.`,
    )
    .meta({ unit: 'cells', ui: { min: 16, max: 160 } });

const share = (fallback: number, text: string) =>
  z.number().min(0).max(1).default(fallback).describe(text).meta({ unit: 'share' });

const params = {
  cell: z
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe('Cell edge; 8 unless columns or rows is given.')
    .meta({ unit: 'px', default: 8, ui: { min: 2, max: 32 } }),
  columns: cells('Columns'),
  rows: cells('Rows'),
  palette: z
    .union([z.literal('none'), paletteParams.palette.unwrap()])
    .prefault('auto')
    .describe(
      'Colours to keep to: auto (chosen from the drawn cells), a named palette or a list; cells then are opaque or clear. none keeps all colours.',
    )
    .meta({ ui: { swatches: namedPalettes } }),
  colors: paletteParams.colors.meta({ unit: 'colours', default: COLOURS, ui: { max: 64 } }),
  dither: paletteParams.dither,
  strength: share(1, 'How far cells go from their mean colours (0, as pixelate) to what is drawn.'),
  outline: share(
    0.7,
    'Weight of dark outlines and shadows, in darker tints of the colours below: 0 draws nothing darker than the mean, 0.5 as learned, 1 twice as dark.',
  ),
  detail: share(
    0.65,
    'Share of fine detail that is drawn: less makes textures calmer, draws fewer strokes in them and joins stray cells to their neighbours.',
  ),
  upscale: z
    .boolean()
    .default(true)
    .describe("true: the picture's own size with hard edges; false: one pixel per cell."),
};

type Params = ParamsOf<typeof params>;

/** The palette's parameters as they are shared with other effects. */
const paletteOptions = ({ palette, colors, dither }: Params) => ({
  palette: palette === 'none' ? undefined : palette,
  colors: palette === 'auto' ? (colors ?? COLOURS) : colors,
  dither,
  strength: 1,
});

export const pixelart = defineEffect({
  name: 'pixelart',
  summary: 'Draws the picture as pixel art: clean outlines, calm areas, few colours.',
  examples: [
    { plan: 'w=512/pixelart,cell=4', source: 'landscape.jpg' },
    { plan: 'w=512/pixelart', source: 'bust.jpg' },
    { plan: 'w=512/pixelart,columns=96,palette=pico8', source: 'chess.jpg' },
    { plan: 'w=384/pixelart,columns=64,outline=0.8,colors=12', source: 'sticker.png' },
  ],
  params,
  check(options) {
    const { cell, columns, rows } = options;
    if (cell !== undefined && (columns !== undefined || rows !== undefined)) {
      return paramError({
        param: 'cell',
        expected: 'either cell or columns and rows',
        got: 'both',
      });
    }
    return checkPalette({ ...paletteOptions(options), colors: options.colors });
  },
  size: (input, options) =>
    options.upscale
      ? { width: input.width, height: input.height }
      : cellCount(gridOf(input, gridOptions(options))),
  cost: (input, options) =>
    costOf(input, {
      ...paletteOptions(options),
      cells: gridOptions(options),
      draws: options.strength > 0,
      upscale: options.upscale,
    }),
  leavesPalette: ({ palette }) => palette !== 'none',
  needs: {
    models: ({ strength }) => (strength > 0 ? [MODEL] : []),
    tensors: ({ strength, palette }) => strength > 0 || palette !== 'none',
  },
  steady: {
    when: (options) => paletteOptions(options).palette === 'auto',
    frames: PALETTE_FRAMES,
    async look({ picture, params: options, model, kernels, pace }, before) {
      const cells = await cellsOf(picture, options, { model, kernels, pace });
      return joinedCells(before as Straight | undefined, accented(cells, options));
    },
    settledParams: (seen, options) =>
      withPaletteOf(seen as Straight, options, paletteOptions(options).colors),
  },
  trials: {
    calibration: [
      { options: ['cell=4', 'cell=8,palette=none', 'cell=4,palette=pico8,dither=bayer4'] },
      { options: ['cell=8,dither=floyd-steinberg,colors=64', 'cell=4,strength=0,upscale=false'] },
    ],
    gallery: {
      strength: { values: ['0.5'] },
      cell: { values: ['4', '16'] },
      columns: { values: ['48', '128'] },
    },
  },
  async run({ picture, params: options, reports, model, kernels, pace }) {
    const grid = gridOf(picture, gridOptions(options));
    const work = { model, kernels, pace: portion(pace, SHARES.cells) };
    const drawn = await cellsOf(picture, options, work);
    const { image, palette } = await inColours(drawn, options, portion(pace, SHARES.colours));
    const places = { columns: cellOfPixel(grid.x), rows: cellOfPixel(grid.y) };
    const result = options.upscale
      ? await repeatPixels(image, places, portion(pace, SHARES.upscale))
      : image;
    return {
      picture: result,
      ...(reports && palette && { report: { colors: palette.count, palette: palette.hex } }),
    };
  },
});

/** The drawn cells, in any colours. */
async function cellsOf(
  picture: Image,
  options: Params,
  { model, kernels, pace }: { model: ReadModel; kernels: PixelKernels; pace: Pace },
): Promise<Straight> {
  const { strength, outline, detail } = options;
  const weights = strength > 0 ? await model(MODEL) : undefined;
  const settings = { strength, outline, detail, weights };
  return drawnCells(picture, gridOf(picture, gridOptions(options)), settings, { kernels, pace });
}

/** The cells as they count for an automatic palette. */
const accented = (cells: Straight, { strength }: Params): Straight =>
  strength > 0 ? withAccents(cells) : cells;

const gridOptions = ({ cell, columns, rows }: Params) =>
  columns === undefined && rows === undefined ? { block: cell ?? 8 } : { columns, rows };

/** The cells as bytes, in the colours of the palette if there is one. */
async function inColours(
  drawn: Straight,
  options: Params,
  pace: Pace,
): Promise<{ image: Image; palette?: Palette }> {
  const { palette: wanted, colors, dither, strength } = paletteOptions(options);
  if (wanted === undefined) return { image: await imageOfStraight(drawn, pace) };
  const counted = wanted === 'auto' ? accented(drawn, options) : drawn;
  const palette = await paletteOf(counted, { palette: wanted, colors }, portion(pace, 0.3));
  const indices = await palettise(drawn, palette, { dither, strength }, portion(pace, 0.5));
  if (dither === 'none' && options.strength > 0 && options.detail < 1) {
    await joinStrays(
      indices,
      drawn,
      { palette, most: JOINED * (1 - options.detail) },
      portion(pace, 0.1),
    );
  }
  return { image: await imageOfIndices(drawn, palette, indices, portion(pace, 0.1)), palette };
}
