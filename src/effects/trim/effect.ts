// Cloudflare's `trim`: cuts off a border, by colour or by lengths.
import { createImage, type Image, type Size } from '../../image.ts';
import { eachBand, type Pace, portion } from '../../timing.ts';
import { defineEffect } from '../effect.ts';
import { DEFAULT_TOLERANCE, insideBorder, type Rectangle } from './border.ts';
import { canonicalTrim, checkTrim, type TrimParams, trimParams, withoutBorder } from './params.ts';
import { readSides, remainingPart, writeSides } from './sides.ts';
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
  steady: {
    when: ({ trim: text }) => text === 'border',
    async look({ picture, params: given, pace }, before) {
      const { whole, part } = (before ?? { whole: picture }) as Seen;
      const inside = await insideBorder(picture, borderOf(given), pace);
      const { width, height } = whole;
      return {
        whole: { width, height },
        part: inside && part ? around(inside, part) : (inside ?? part),
      };
    },
    settledParams(seen, given) {
      const { whole, part = wholeOf(whole) } = seen as Seen;
      const sides = {
        top: part.y,
        right: whole.width - part.x - part.width,
        bottom: whole.height - part.y - part.height,
        left: part.x,
      };
      return { ...withoutBorder(given), trim: writeSides(sides) };
    },
  },
  async run({ picture, params: given, pace }) {
    const part =
      given.trim === 'border'
        ? ((await insideBorder(picture, borderOf(given), portion(pace, 0.5))) ?? wholeOf(picture))
        : remaining(picture, given);
    if (part.width === picture.width && part.height === picture.height) return { picture };
    return { picture: await cut(picture, part, portion(pace, 0.5)) };
  },
});

/** The size of the frames, and the rectangle around what is inside the border in any of them; none if all were border. */
type Seen = { whole: Size; part?: Rectangle | undefined };

/** The smallest rectangle around two. */
function around(one: Rectangle, other: Rectangle): Rectangle {
  const [x, y] = [Math.min(one.x, other.x), Math.min(one.y, other.y)];
  return {
    x,
    y,
    width: Math.max(one.x + one.width, other.x + other.width) - x,
    height: Math.max(one.y + one.height, other.y + other.height) - y,
  };
}

const wholeOf = ({ width, height }: Size): Rectangle => ({ x: 0, y: 0, width, height });

const borderOf = (given: TrimParams) => ({
  color: given['trim.border.color'],
  tolerance: given['trim.border.tolerance'] ?? DEFAULT_TOLERANCE,
  keep: given['trim.border.keep'] ?? 0,
});

/** The part that remains by lengths; the whole picture for a border. Throws `bad_option` if nothing does. */
function remaining(input: Size, given: TrimParams): Rectangle {
  if (given.trim === undefined || given.trim === 'border') return wholeOf(input);
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
