// Cloudflare's `trim`: cuts off a border, by colour or by lengths.
import { createImage, type Image, type Size } from '../../image.ts';
import { eachBand, type Pace, portion } from '../../timing.ts';
import { defineEffect } from '../effect.ts';
import { DEFAULT_TOLERANCE, insideBorder, type Rectangle } from './border.ts';
import { canonicalTrim, checkTrim, type TrimParams, trimParams } from './params.ts';
import { readSides, remainingPart } from './sides.ts';
import { trials } from './trials.ts';

export const trim = defineEffect({
  name: 'trim',
  segment: 'options',
  summary: 'Cut a border off, before turning and resizing.',
  examples: [
    { plan: 'trim=border,w=240', source: 'sticker.png' },
    { plan: 'trim=40~120~40~120', source: 'landscape.jpg' },
  ],
  params: trimParams,
  check: checkTrim,
  canonical: canonicalTrim,
  trials,
  /** Exact for lengths; for a border, which depends on the picture, the largest possible size. */
  size: (input, given) => {
    const { width, height } = remaining(input, given);
    return { width, height };
  },
  cost: ({ width, height }) => ({
    work: { pixels: width * height },
    bytes: 8 * width * height,
  }),
  leavesPalette: (_, before) => before,
  async run({ picture, params: given, pace }) {
    const part =
      given.trim === 'border'
        ? await insideBorder(picture, borderOf(given), portion(pace, 0.5))
        : remaining(picture, given);
    if (part.width === picture.width && part.height === picture.height) return { picture };
    return { picture: await cut(picture, part, portion(pace, 0.5)) };
  },
});

const borderOf = (given: TrimParams) => ({
  color: given['trim.border.color'],
  tolerance: given['trim.border.tolerance'] ?? DEFAULT_TOLERANCE,
  keep: given['trim.border.keep'] ?? 0,
});

/** The part that remains by lengths; the whole picture for a border. Throws `bad_option` if nothing does. */
function remaining(input: Size, given: TrimParams): Rectangle {
  if (given.trim === undefined || given.trim === 'border')
    return { x: 0, y: 0, width: input.width, height: input.height };
  const size = { width: given['trim.width'], height: given['trim.height'] };
  return remainingPart(input, readSides(given.trim), size);
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
