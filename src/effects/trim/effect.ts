// Cloudflare's `trim`: cuts off a border, by colour or by pixels.
import * as z from 'zod';
import { paramError } from '../../errors.ts';
import { createImage, type Image, type Size } from '../../image.ts';
import { eachBand, type Pace, portion } from '../../timing.ts';
import { defineEffect } from '../effect.ts';
import { insideBorder, type Rectangle } from './border.ts';

export const trim = defineEffect({
  name: 'trim',
  segment: 'options',
  summary: 'Cut a border off, before turning and resizing.',
  examples: [
    { plan: 'trim=border,w=240', source: 'sticker.png' },
    { plan: 'trim=40~120~40~120', source: 'landscape.jpg' },
  ],
  params: {
    trim: z
      .string()
      .regex(/^(?:border|\d{1,5}(?:[;~]\d{1,5}){3})$/)
      // Equal values get one spelling, so that they share a cache key.
      .transform((text) => (text === 'border' ? text : sidesOf(text).join('~')))
      .describe(
        'border: rows and columns of the colour that most corners have, within 10 levels, or transparent; four numbers: pixels off the top, right, bottom and left, joined by ~ or ;.',
      )
      .meta({ format: 'border or four numbers of pixels like 10~20~10~20', unit: 'px' }),
  },
  trials: {
    calibration: [
      { options: ['trim=8~12~8~12'] },
      // Only pictures with a border: without one the search ends at once.
      { options: ['trim=border'], source: 'sticker.png' },
      { options: ['trim=border'], source: 'drawing.png' },
    ],
    gallery: { trim: { source: 'sticker.png', values: ['border', '40;20;0;60'] } },
  },
  /** Exact for pixels; for `border`, which depends on the picture, the largest possible size. */
  size: (input, { trim: text }) => {
    const { width, height } = remaining(input, text);
    return { width, height };
  },
  cost: ({ width, height }) => ({
    work: { pixels: width * height },
    bytes: 8 * width * height,
  }),
  leavesPalette: (_, before) => before,
  async run({ picture, params, pace }) {
    const part =
      params.trim === 'border'
        ? await insideBorder(picture, portion(pace, 0.5))
        : remaining(picture, params.trim);
    if (part.width === picture.width && part.height === picture.height) return { picture };
    return { picture: await cut(picture, part, portion(pace, 0.5)) };
  },
});

const sidesOf = (text: string): number[] => text.split(/[;~]/).map(Number);

/** The part that remains. Throws `bad_option` if nothing does. */
function remaining(input: Size, text: string): Rectangle {
  if (text === 'border') return { x: 0, y: 0, width: input.width, height: input.height };
  const [top, right, bottom, left] = sidesOf(text) as [number, number, number, number];
  const width = input.width - left - right;
  const height = input.height - top - bottom;
  if (width < 1 || height < 1) {
    throw paramError({
      param: 'trim',
      expected: `less than the picture's ${input.width}×${input.height}`,
      got: `${left + right} off its width and ${top + bottom} off its height`,
    });
  }
  return { x: left, y: top, width, height };
}

async function cut(image: Image, { x, y, width, height }: Rectangle, pace: Pace): Promise<Image> {
  const part = createImage({ width, height });
  await eachBand(height, pace, (first, end) => {
    for (let row = first; row < end; row++) {
      const from = 4 * ((y + row) * image.width + x);
      part.data.set(image.data.subarray(from, from + 4 * width), 4 * row * width);
    }
  });
  return part;
}
