// Cloudflare's size options: seven fits, gravity, pixel density, background.
import * as z from 'zod';
import { paramError } from '../../errors.ts';
import { hasTransparency, type Image, type Shrunk } from '../../image.ts';
import { canvasTarget, filledCanvas, parseColour } from '../../tensor/picture/composite.ts';
import type { PixelWork } from '../../tensor/pixel-kernels.ts';
import { imageSource } from '../../tensor/resample/light-rows.ts';
import { scaled, scaleRows } from '../../tensor/resample/scale.ts';
import { portion } from '../../timing.ts';
import { defineEffect, type ParamsOf } from '../effect.ts';
import { colourParam } from '../params.ts';
import { resizeCost } from './cost.ts';
import { busiestPoint } from './gravity.ts';
import { isWhole, type Layout, layout, pointCentredOn, sameSize } from './layout.ts';
import { trials } from './trials.ts';

/** Cloudflare's width for `auto` if the client sends no hints, in px. */
const AUTO_WIDTH = '1200';

const side = (letter: string) =>
  z
    .int()
    .min(1)
    .max(12000)
    .optional()
    .describe(
      `${letter} of the result; if it is given alone, the other side follows the picture's shape.`,
    )
    .meta({ unit: 'px', ui: { min: 16, max: 2048 } });

const params = {
  w: side('Width'),
  h: side('Height'),
  fit: z
    .enum(['scale-down', 'scale-up', 'contain', 'cover', 'crop', 'aspect-crop', 'pad', 'squeeze'])
    .default('scale-down')
    .describe('How the picture fills the asked size.'),
  gravity: z
    .string()
    .regex(/^(?:auto|left|right|top|bottom|(?:0(?:\.\d+)?|1(?:\.0+)?)x(?:0(?:\.\d+)?|1(?:\.0+)?))$/)
    // Equal points get one spelling, so that they share a cache key.
    .transform((text) => (/^\d/.test(text) ? text.split('x').map(Number).join('x') : text))
    .prefault('0.5x0.5')
    .describe(
      'The part that cropping keeps: a side, the center, fractions of width and height (of the picture the same as of the kept part), or auto: where detail is and people seem to be, by the colour of skin; face is as auto.',
    )
    .meta({ format: 'auto, face, center, left, right, top, bottom or a point like 0.5x0.33' }),
  dpr: z
    .number()
    .min(1)
    .max(3)
    .default(1)
    .describe('Device pixel ratio: multiplies width and height.')
    .meta({ unit: 'device px per CSS px', ui: { rare: true } }),
  background: colourParam()
    .optional()
    .describe(
      'Colour under transparent parts and around a padded picture (there white unless given).',
    )
    .meta({ ui: { rare: true } }),
  // The following are accepted, so that Cloudflare's option lists work, and left out of the plan.
  zoom: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .transform(() => undefined)
    .describe('How close gravity=face crops: no effect, because faces are not detected.')
    .meta({ ui: { rare: true } }),
  upscale: z
    .enum(['interpolate', 'generate'])
    .optional()
    .transform((value) => (value === 'generate' ? value : undefined))
    .describe(
      'How pictures are enlarged: always by interpolation. generate is accepted with fit=scale-down, which never enlarges.',
    )
    .meta({ ui: { rare: true } }),
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
  trials,
  aliases: { width: 'w', height: 'h', g: 'gravity', 'face-zoom': 'zoom' },
  spellings: {
    w: { auto: AUTO_WIDTH },
    gravity: { center: '0.5x0.5', face: 'auto' },
  },
  check({ w, h, fit, upscale }) {
    const isSized = w !== undefined || h !== undefined;
    if (!isSized || upscale !== 'generate' || fit === 'scale-down') return undefined;
    return paramError({
      param: 'upscale',
      expected: `interpolate together with fit=${fit}, because no network here draws details`,
      got: 'generate',
    });
  },
  // What says how a size is reached has no effect without one, and gravity none with one side, to which nothing is cropped.
  canonical: ({ w, h, fit, gravity, ...given }) => ({
    ...given,
    w,
    h,
    fit: w === undefined && h === undefined ? 'scale-down' : fit,
    gravity: w === undefined || h === undefined ? '0.5x0.5' : gravity,
    upscale: undefined,
  }),
  isNeutral: ({ w, h, background }) =>
    w === undefined && h === undefined && background === undefined,
  size: (input, options) => layout(input, options).canvas,
  decode: {
    shrink: (input, options) => {
      const { crop, content } = layout(input, options);
      return Math.min(crop.x.length / content.width, crop.y.length / content.height);
    },
  },
  cost: resizeCost,
  // A background is one colour more; any scaling mixes colours.
  leavesPalette: ({ w, h }, before) => before && w === undefined && h === undefined,
  async run({ picture, shrunk, params: options, kernels, pace }) {
    const passes = options.gravity === 'auto' ? 2 : 1;
    const pass = { kernels, pace: portion(pace, 1 / passes) };
    const layout = await place(picture, { shrunk, options }, pass);
    const { crop, content, canvas, offset, background } = layout;
    const same =
      shrunk.factor === 1 &&
      content.width === picture.width &&
      content.height === picture.height &&
      isWhole(crop, picture);
    const needsBackground =
      background !== undefined && (hasTransparency(picture) || !sameSize(content, canvas));
    if (same && !needsBackground && sameSize(content, canvas)) return { picture };
    const scaling = { ...content, crop };
    if (background === undefined) return { picture: await scaled(picture, scaling, pass) };
    const colour = parseColour(background);
    const result = filledCanvas(canvas, colour);
    const source = imageSource(picture);
    const target = canvasTarget(result, source.channels, { offset, background: colour });
    await scaleRows(source, target, scaling, pass);
    return { picture: result };
  },
});

/** The layout; if gravity is `auto` and the crop can move, its place is searched for. The crop is in pixels of the given picture. */
async function place(
  picture: Image,
  { shrunk, options }: { shrunk: Shrunk; options: Params },
  work: PixelWork,
): Promise<Layout> {
  const { full, factor, left, top } = shrunk;
  const toPicture = (planned: Layout): Layout => {
    const { x, y } = planned.crop;
    return {
      ...planned,
      crop: {
        x: { begin: left + x.begin / factor, length: x.length / factor },
        y: { begin: top + y.begin / factor, length: y.length / factor },
      },
    };
  };
  const planned = layout(full, options);
  if (options.gravity !== 'auto' || isWhole(planned.crop, full)) return toPicture(planned);
  const { x, y } = planned.crop;
  const kept = { width: x.length / factor, height: y.length / factor };
  const busiest = await busiestPoint(picture, kept, work);
  return toPicture(layout(full, options, pointCentredOn(busiest, full, planned.crop)));
}
