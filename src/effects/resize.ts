// Cloudflare's size options: seven fits, gravity, pixel density, background.
import * as z from 'zod';
import type { Size } from '../image.ts';
import type { Span } from '../tensor/axis.ts';
import { composite, parseColour } from '../tensor/composite.ts';
import { channelsOf, disposePicture, type Picture } from '../tensor/picture.ts';
import { scaleTo } from '../tensor/scale.ts';
import { colourParam, defineEffect, type ParamsOf } from './effect.ts';
import { busiestPoint } from './resize-gravity.ts';
import { type Layout, layout } from './resize-layout.ts';

const side = (letter: string) =>
  z
    .int()
    .min(1)
    .max(12000)
    .optional()
    .describe(`${letter} of the result; the other side follows the picture's shape.`)
    .meta({ unit: 'px', ui: { min: 16, max: 2048 } });

const params = {
  w: side('Width'),
  h: side('Height'),
  fit: z
    .enum(['scale-down', 'contain', 'cover', 'crop', 'aspect-crop', 'pad', 'squeeze'])
    .default('scale-down')
    .describe('How the picture fills the asked size.'),
  gravity: z
    .string()
    .regex(/^(?:auto|left|right|top|bottom|(?:0(?:\.\d+)?|1(?:\.0+)?)x(?:0(?:\.\d+)?|1(?:\.0+)?))$/)
    .default('0.5x0.5')
    .describe(
      'The part that cropping keeps: a side, a point as fractions of width and height, or auto: where the most edges are.',
    )
    .meta({ format: 'auto, left, right, top, bottom or a point like 0.5x0.33' }),
  dpr: z
    .number()
    .min(1)
    .max(3)
    .default(1)
    .describe('Device pixel ratio: multiplies width and height.')
    .meta({ unit: 'device px per CSS px' }),
  background: colourParam()
    .optional()
    .describe(
      'Colour under transparent parts and around a padded picture (there white unless given).',
    ),
};

type Params = ParamsOf<typeof params>;

export const resize = defineEffect({
  name: 'resize',
  segment: 'options',
  summary: 'Resize, crop or pad, in linear light with a proper low-pass.',
  examples: [
    { plan: 'w=320,h=320,fit=cover,gravity=0.5x0.4', source: 'landscape.jpg' },
    { plan: 'w=160', source: 'chess.jpg' },
    { plan: 'w=160,h=240,fit=cover,gravity=auto', source: 'landscape.jpg' },
    { plan: 'w=320,h=240,fit=pad,background=ffe8c7', source: 'sticker.png' },
  ],
  params,
  aliases: { width: 'w', height: 'h', g: 'gravity' },
  check({ w, h, fit, gravity, dpr }) {
    if (w !== undefined || h !== undefined) return undefined;
    if (fit !== 'scale-down') return 'fit: expected together with w or h';
    if (gravity !== '0.5x0.5') return 'gravity: expected together with w or h';
    if (dpr !== 1) return 'dpr: expected together with w or h';
    return undefined;
  },
  size: (input, options) => layout(input, options).canvas,
  cost(input, options) {
    const { content, canvas, background } = layout(input, options);
    const source = input.width * input.height;
    const result = content.width * content.height;
    const search = options.gravity === 'auto' ? 12 * source : 0;
    const placed = background === undefined ? 0 : canvas.width * canvas.height;
    // Reading each source pixel, six taps per result value and direction, converting the result, filling the canvas.
    return {
      ops: search + 16 * source + 90 * result + 12 * placed,
      bytes: 32 * (result + placed),
    };
  },
  run({ picture, params: options }) {
    const { crop, content, canvas, offset, background } = place(picture, options);
    const same =
      content.width === picture.width &&
      content.height === picture.height &&
      isWhole(crop, picture);
    const needsBackground =
      background !== undefined && (channelsOf(picture) === 4 || !sameSize(content, canvas));
    if (same && !needsBackground && sameSize(content, canvas)) return { picture };
    const fitted = scaleTo(picture, content, crop);
    if (background === undefined) return { picture: fitted };
    try {
      const colour = parseColour(background);
      return { picture: composite(fitted, { canvas, offset, background: colour }) };
    } finally {
      disposePicture(fitted);
    }
  },
});

const sameSize = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;

const isWhole = (crop: { x: Span; y: Span }, { width, height }: Size): boolean =>
  crop.x.length === width && crop.y.length === height;

/** The layout, `auto` searched for in the picture where the crop can move. */
function place(picture: Picture, options: Params): Layout {
  const planned = layout(picture, options);
  if (options.gravity !== 'auto' || isWhole(planned.crop, picture)) return planned;
  const { x, y } = planned.crop;
  return layout(picture, options, busiestPoint(picture, { width: x.length, height: y.length }));
}
