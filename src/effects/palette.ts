// The palette of pixelation: its parameters and their check, and the palette for a picture.
import * as z from 'zod';
import { type AppError, paramError } from '../errors.ts';
import { canonicalColour } from '../tensor/colour/css-colour.ts';
import { namedColours, namedPalettes, paletteNames } from '../tensor/palette/names.ts';
import { createPalette, type Palette } from '../tensor/palette/palette.ts';
import { type Dither, dithers } from '../tensor/palette/palette-indices.ts';
import { quantise } from '../tensor/palette/quantise.ts';
import type { Straight } from '../tensor/picture/straight.ts';
import { noPace, type Pace } from '../timing.ts';

const HEX = '(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})';
const MOST_COLOURS = 256;

export const paletteParams = {
  palette: z
    .union([
      z.enum(['auto', ...paletteNames]),
      z
        .string()
        .toLowerCase()
        .regex(new RegExp(`^${HEX}(?:~${HEX}){1,${MOST_COLOURS - 1}}$`))
        .transform((text) => listed(text).join('~'))
        .meta({ format: `2 to ${MOST_COLOURS} hex colours joined by ~` }),
    ])
    .optional()
    .describe(
      'Colours to keep to: a named palette, auto (chosen from the picture) or a list; cells then are opaque or clear. All colours unless given.',
    )
    .meta({ ui: { swatches: namedPalettes } }),
  colors: z
    .int()
    .min(2)
    .max(MOST_COLOURS)
    .optional()
    .describe('How many colours palette=auto may choose.')
    .meta({ unit: 'colours', default: 16, ui: { max: 64 } }),
  dither: z
    .enum(dithers)
    .default('none')
    .describe(
      'How colours between those of the palette are mixed, cell by cell. The bayer patterns and blue-noise stay still from frame to frame.',
    ),
  strength: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('How much of the difference dithering makes up for.')
    .meta({ unit: 'share' }),
};

export type PaletteParams = {
  palette?: string | undefined;
  colors?: number | undefined;
  dither: Dither;
  strength: number;
};

/** The error of the combination of the four parameters, as `check` of an effect returns it. */
export function checkPalette(options: PaletteParams): AppError | undefined {
  const { palette, colors, dither, strength } = options;
  if (colors !== undefined && palette !== 'auto') {
    return paramError({ param: 'colors', expected: 'together with palette=auto' });
  }
  if (palette === undefined) {
    const param = dither !== 'none' ? 'dither' : strength !== 1 ? 'strength' : undefined;
    return param && paramError({ param, expected: 'together with palette' });
  }
  if (palette.includes('~') && createPalette(listed(palette)).count < 2) {
    return paramError({ param: 'palette', expected: 'at least two different colours', got: 'one' });
  }
  return undefined;
}

/** Most colours that the palette can have. */
export const colourCount = ({ palette, colors }: PaletteParams): number =>
  palette === undefined
    ? 0
    : palette === 'auto'
      ? (colors ?? 16)
      : (namedColours(palette) ?? palette.split('~')).length;

/** The palette that the parameters ask for. */
export const paletteOf = async (
  picture: Straight,
  { palette, colors = 16 }: { palette: string; colors?: number | undefined },
  pace: Pace,
): Promise<Palette> =>
  palette === 'auto'
    ? quantise(picture, colors, pace)
    : createPalette(namedColours(palette) ?? listed(palette));

/** Frames that are looked at for the palette of an animation. */
export const PALETTE_FRAMES = 8;

/** Cells of a frame that count for the palette of an animation, about. */
const CELLS_OF_FRAME = 2 ** 14;

/** Cells of several frames, in a row: those from before, if any, and evenly spread ones of a further frame. */
export function joinedCells(before: Straight | undefined, frame: Straight): Straight {
  const cells = frame.width * frame.height;
  const step = Math.ceil(cells / CELLS_OF_FRAME);
  const old = before?.width ?? 0;
  const width = old + Math.ceil(cells / step);
  const linear = new Float32Array(3 * width);
  const alpha = before?.alpha || frame.alpha ? new Float32Array(width).fill(1) : undefined;
  linear.set(before?.linear ?? []);
  alpha?.set(before?.alpha ?? []);
  for (let to = old, p = 0; p < cells; to++, p += step) {
    linear.set(frame.linear.subarray(3 * p, 3 * p + 3), 3 * to);
    if (alpha && frame.alpha) alpha[to] = frame.alpha[p]!;
  }
  return { width, height: 1, linear, alpha };
}

/** The parameters with a palette of these cells, instead of one for each frame. */
export async function withPaletteOf<
  P extends { palette?: string | undefined; colors?: number | undefined },
>(cells: Straight, params: P, colors: number | undefined): Promise<P> {
  const { hex } = await paletteOf(cells, { palette: 'auto', colors }, noPace);
  const palette = hex.map((text) => text.slice(1)).join('~');
  return { ...params, palette, colors: undefined };
}

/** The colours of a list, as six hexadecimal digits each. */
const listed = (text: string): string[] => text.split('~').map(canonicalColour);
