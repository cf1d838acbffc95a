// Cloudflare's `border`: a frame of one colour around the finished picture.
import * as z from 'zod';
import { createImage, type Image, type Size } from '../image.ts';
import { eachBand, type Pace } from '../timing.ts';
import { defineEffect, type ParamsOf } from './effect.ts';
import { colourParam } from './params.ts';

const MAX_WIDTH = 2000;

const width = (side: string) =>
  z
    .int()
    .min(0)
    .max(MAX_WIDTH)
    .optional()
    .describe(`Width ${side}.`)
    .meta({ unit: 'CSS px', ui: { min: 0, max: 40 } });

const params = {
  border: width('on all sides'),
  'border.color': colourParam().prefault('000000').describe('Colour of the border.'),
  'border.top': width('at the top, instead of that of all sides').meta({ ui: { rare: true } }),
  'border.right': width('on the right').meta({ ui: { rare: true } }),
  'border.bottom': width('at the bottom').meta({ ui: { rare: true } }),
  'border.left': width('on the left').meta({ ui: { rare: true } }),
};

type Params = ParamsOf<typeof params>;

export const border = defineEffect({
  name: 'border',
  segment: 'options',
  summary: 'A border of one colour around the picture, after all other options.',
  examples: [{ plan: 'w=300,border=10,border.color=2b6777', source: 'landscape.jpg' }],
  params,
  aliases: { 'border.width': 'border' },
  canonical: (given, dpr) => {
    const at = (value: number | undefined): number =>
      Math.round((value ?? given.border ?? 0) * dpr);
    return {
      border: undefined,
      'border.color': given['border.color'],
      'border.top': at(given['border.top']),
      'border.right': at(given['border.right']),
      'border.bottom': at(given['border.bottom']),
      'border.left': at(given['border.left']),
    };
  },
  isNeutral: (given) => {
    const { top, right, bottom, left } = sidesOf(given);
    return top + right + bottom + left === 0;
  },
  trials: {
    calibration: [
      { options: ['border.top=10,border.left=20'] },
      { options: ['border.top=40,border.left=40'], sizes: [{ width: 1600, height: 1200 }] },
    ],
    gallery: {
      border: { values: ['4', '30'] },
      'border.color': { otherParams: 'border=12', values: ['white', 'rgb(200%2C30%2C60)'] },
      'border.top': { values: ['20'] },
      'border.right': { values: ['20'] },
      'border.bottom': { values: ['20'] },
      'border.left': { values: ['20'] },
    },
  },
  size: (input, given) => framedSize(input, sidesOf(given)),
  cost: (input, given) => {
    const { width: wide, height: high } = framedSize(input, sidesOf(given));
    return { work: { pixels: wide * high }, bytes: 8 * wide * high };
  },
  leavesPalette: (_, before) => before,
  run: async ({ picture, params: given, pace }) => ({
    picture: await framed(picture, given, pace),
  }),
});

type Sides = { top: number; right: number; bottom: number; left: number };

const sidesOf = (given: Params): Sides => ({
  top: given['border.top'] ?? 0,
  right: given['border.right'] ?? 0,
  bottom: given['border.bottom'] ?? 0,
  left: given['border.left'] ?? 0,
});

const framedSize = (input: Size, { top, right, bottom, left }: Sides): Size => ({
  width: input.width + left + right,
  height: input.height + top + bottom,
});

/** The image in the middle of a larger one that is filled with the border's colour; transparent parts stay transparent. */
async function framed(image: Image, given: Params, pace: Pace): Promise<Image> {
  const sides = sidesOf(given);
  const result = createImage(framedSize(image, sides));
  const digits = given['border.color'].padEnd(8, 'f');
  const colour = Uint8Array.from({ length: 4 }, (_, c) =>
    Number.parseInt(digits.slice(2 * c, 2 * c + 2), 16),
  );
  const row = Uint8ClampedArray.from({ length: 4 * result.width }, (_, i) => colour[i % 4]!);
  await eachBand(result.height, pace, (first, end) => {
    for (let y = first; y < end; y++) {
      result.data.set(row, 4 * y * result.width);
      const from = y - sides.top;
      if (from < 0 || from >= image.height) continue;
      const pixels = image.data.subarray(4 * from * image.width, 4 * (from + 1) * image.width);
      result.data.set(pixels, 4 * (y * result.width + sides.left));
    }
  });
  return result;
}
