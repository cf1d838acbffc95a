// Cloudflare's size options: seven fits, gravity, pixel density, background.
import * as z from 'zod';
import type { Size } from '../image.ts';
import { lanczosAxis, type Span } from '../tensor/axis.ts';
import { composite, parseColour } from '../tensor/composite.ts';
import { channelsOf, disposePicture, fromLinear, readRows } from '../tensor/picture.ts';
import { resampleRows, shrinkRows } from '../tensor/resample.ts';
import { colourParam, defineEffect, type ParamsOf } from './effect.ts';

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
    .regex(/^(?:left|right|top|bottom|(?:0(?:\.\d+)?|1(?:\.0+)?)x(?:0(?:\.\d+)?|1(?:\.0+)?))$/)
    .default('0.5x0.5')
    .describe('The part that cropping keeps: a side, or a point as fractions of width and height.')
    .meta({ format: 'left, right, top, bottom or a point like 0.5x0.33' }),
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
    const { content } = layout(input, options);
    const source = input.width * input.height;
    const result = content.width * content.height;
    // Reading each source pixel, six taps per result value and direction, and converting the result.
    return { ops: 12 * source + 90 * result, bytes: 32 * result };
  },
  run({ picture, params: options }) {
    const { crop, content, canvas, offset, background } = layout(picture, options);
    const same =
      content.width === picture.width &&
      content.height === picture.height &&
      isWhole(crop, picture);
    const needsBackground =
      background !== undefined && (channelsOf(picture) === 4 || !sameSize(content, canvas));
    if (same && !needsBackground && sameSize(content, canvas)) return { picture };
    const factor = {
      x: firstStage(crop.x.length / content.width),
      y: firstStage(crop.y.length / content.height),
    };
    const source = readRows(picture);
    const rows = factor.x > 1 || factor.y > 1 ? shrinkRows(source, factor) : source;
    const fitted = fromLinear(
      resampleRows(
        rows,
        lanczosAxis(rows.width, content.width, scaled(crop.x, factor.x)),
        lanczosAxis(rows.height, content.height, scaled(crop.y, factor.y)),
      ),
    );
    if (background === undefined) return { picture: fitted };
    const placed = composite(fitted, { canvas, offset, background: parseColour(background) });
    disposePicture(fitted);
    return { picture: placed };
  },
});

// A box is a poor low-pass: what it lets through of the frequencies that fold into the result is below a tenth as long as
// the proper kernel still has a factor of eight to go.
const firstStage = (scale: number): number => Math.max(1, Math.floor(scale / 8));

const scaled = ({ begin, length }: Span, factor: number): Span => ({
  begin: begin / factor,
  length: length / factor,
});

const sameSize = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;

const isWhole = (crop: { x: Span; y: Span }, { width, height }: Size): boolean =>
  crop.x.length === width && crop.y.length === height;

type Layout = {
  /** The part of the source that is kept, in source pixels. */
  crop: { x: Span; y: Span };
  /** Its size in the result. */
  content: Size;
  /** The result's size, and where the content lies in it. */
  canvas: Size;
  offset: { x: number; y: number };
  background: string | undefined;
};

/** Where everything goes, from sizes and options alone. */
export function layout(source: Size, options: Params): Layout {
  const { fit, dpr } = options;
  const point = focus(options.gravity);
  const whole = { x: { begin: 0, length: source.width }, y: { begin: 0, length: source.height } };
  const still = { crop: whole, offset: { x: 0, y: 0 }, background: options.background };
  if (options.w === undefined && options.h === undefined) {
    return { ...still, content: { ...pick(source) }, canvas: pick(source) };
  }
  const shape = source.width / source.height;
  const width = atLeastOne((options.w ?? (options.h as number) * shape) * dpr);
  const height = atLeastOne((options.h ?? (options.w as number) / shape) * dpr);
  const inside = Math.min(width / source.width, height / source.height);
  const over = Math.max(width / source.width, height / source.height);

  if (fit === 'squeeze') return { ...still, content: { width, height }, canvas: { width, height } };
  if (fit === 'scale-down' || fit === 'contain' || fit === 'pad') {
    const scale = fit === 'scale-down' ? Math.min(1, inside) : inside;
    const content = {
      width: Math.min(width, atLeastOne(source.width * scale)),
      height: Math.min(height, atLeastOne(source.height * scale)),
    };
    if (fit !== 'pad') {
      const free = scale === 1 ? pick(source) : content;
      return { ...still, content: free, canvas: free };
    }
    const offset = {
      x: Math.round((width - content.width) * point.x),
      y: Math.round((height - content.height) * point.y),
    };
    return {
      ...still,
      content,
      canvas: { width, height },
      offset,
      background: options.background ?? 'ffffff',
    };
  }
  // What is left crops: `cover` may enlarge, `crop` and `aspect-crop` may not.
  let target = { width, height };
  let scale = over;
  if (fit === 'crop') {
    scale = Math.min(1, over);
    target = {
      width: Math.min(width, atLeastOne(source.width * scale)),
      height: Math.min(height, atLeastOne(source.height * scale)),
    };
  } else if (fit === 'aspect-crop' && over > 1) {
    scale = 1;
    target = { width: atLeastOne(width / over), height: atLeastOne(height / over) };
  }
  const crop = {
    x: around(point.x, Math.min(source.width, target.width / scale), source.width),
    y: around(point.y, Math.min(source.height, target.height / scale), source.height),
  };
  return { ...still, crop, content: target, canvas: target };
}

const pick = ({ width, height }: Size): Size => ({ width, height });

const atLeastOne = (v: number): number => Math.max(1, Math.round(v));

function around(fraction: number, length: number, total: number): Span {
  const begin = Math.min(Math.max(0, fraction * total - length / 2), total - length);
  // A crop without scaling must not shift by parts of a pixel, which would blur.
  return { begin: Number.isInteger(length) ? Math.round(begin) : begin, length };
}

function focus(gravity: string): { x: number; y: number } {
  const sides: Record<string, { x: number; y: number }> = {
    left: { x: 0, y: 0.5 },
    right: { x: 1, y: 0.5 },
    top: { x: 0.5, y: 0 },
    bottom: { x: 0.5, y: 1 },
  };
  const [x = '', y = ''] = gravity.split('x');
  return sides[gravity] ?? { x: Number(x), y: Number(y) };
}
