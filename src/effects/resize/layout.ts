// Geometry of a resize: the seven fits, as arithmetic on sizes.
import type { Size } from '../../image.ts';
import type { Span } from '../../tensor/resample/axis.ts';

export type LayoutOptions = {
  w?: number | undefined;
  h?: number | undefined;
  fit: 'scale-down' | 'scale-up' | 'contain' | 'cover' | 'crop' | 'aspect-crop' | 'pad' | 'squeeze';
  gravity: string;
  dpr: number;
  background?: string | undefined;
};

export type Layout = {
  /** The kept part of the source, in source pixels. */
  crop: { x: Span; y: Span };
  /** Size of that part in the result. */
  content: Size;
  /** The result's size, and the offset of the content in it. */
  canvas: Size;
  offset: { x: number; y: number };
  background: string | undefined;
};

/** The layout, from sizes and options alone; `point` is the point, as fractions of both, that the kept part has in common with the source. Sizes do not depend on it. */
export function layout(
  source: Size,
  options: LayoutOptions,
  point = focus(options.gravity),
): Layout {
  const { fit } = options;
  const whole = { x: { begin: 0, length: source.width }, y: { begin: 0, length: source.height } };
  const still = { crop: whole, offset: { x: 0, y: 0 }, background: options.background };
  if (options.w === undefined && options.h === undefined) {
    return { ...still, content: { ...pick(source) }, canvas: pick(source) };
  }
  const asked = askedSize(source, options);
  const { width, height } = asked;
  const inside = Math.min(width / source.width, height / source.height);
  const over = Math.max(width / source.width, height / source.height);

  if (fit === 'squeeze') return { ...still, content: asked, canvas: asked };
  if (options.w === undefined || options.h === undefined) {
    // One side asks for the whole picture at a scale, so nothing is cropped and there is no free space.
    const content = (over > 1 ? enlarges : shrinks)[fit] ? asked : pick(source);
    const background = fit === 'pad' ? (options.background ?? 'ffffff') : options.background;
    return { ...still, content, canvas: content, background };
  }
  if (fit === 'scale-down' || fit === 'scale-up' || fit === 'contain' || fit === 'pad') {
    if (!(inside > 1 ? enlarges : shrinks)[fit])
      return { ...still, content: pick(source), canvas: pick(source) };
    const content = {
      width: Math.min(width, atLeastOne(source.width * inside)),
      height: Math.min(height, atLeastOne(source.height * inside)),
    };
    if (fit !== 'pad') return { ...still, content, canvas: content };
    const offset = {
      x: Math.round((width - content.width) * point.x),
      y: Math.round((height - content.height) * point.y),
    };
    return {
      ...still,
      content,
      canvas: asked,
      offset,
      background: options.background ?? 'ffffff',
    };
  }
  // The remaining fits crop: `cover` may enlarge, `crop` and `aspect-crop` may not.
  let target = asked;
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
  const kept = (wanted: number, total: number): number =>
    wanted / total >= scale ? total : wanted / scale;
  const crop = {
    x: around(point.x, kept(target.width, source.width), source.width),
    y: around(point.y, kept(target.height, source.height), source.height),
  };
  return { ...still, crop, content: target, canvas: target };
}

type Fits = Readonly<Partial<Record<LayoutOptions['fit'], true>>>;
/** The fits that enlarge a picture, and those that shrink one. */
const enlarges: Fits = { 'scale-up': true, contain: true, cover: true, pad: true };
const shrinks: Fits = {
  'scale-down': true,
  contain: true,
  cover: true,
  pad: true,
  crop: true,
  'aspect-crop': true,
};

/** The asked size in device pixels. A side that is left out follows the picture's shape, at the scale of the given side. */
function askedSize({ width, height }: Size, { w, h, dpr }: LayoutOptions): Size {
  const asked = {
    width: w === undefined ? undefined : atLeastOne(w * dpr),
    height: h === undefined ? undefined : atLeastOne(h * dpr),
  };
  return {
    width: asked.width ?? atLeastOne(((asked.height ?? height) * width) / height),
    height: asked.height ?? atLeastOne(((asked.width ?? width) * height) / width),
  };
}

export const sameSize = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;

/** Whether a crop keeps everything of a picture of this size. */
export const isWhole = (crop: Layout['crop'], { width, height }: Size): boolean =>
  crop.x.length === width && crop.y.length === height;

const pick = ({ width, height }: Size): Size => ({ width, height });

const atLeastOne = (v: number): number => Math.max(1, Math.round(v));

function around(fraction: number, length: number, total: number): Span {
  const begin = fraction * (total - length);
  // A crop without scaling must not shift by a fraction of a pixel, which would blur.
  return { begin: Number.isInteger(length) ? Math.round(begin) : begin, length };
}

/** The point for `layout` with which the crop is centred on a point of the source, as far as the source's edges allow. */
export function pointCentredOn(
  centre: { x: number; y: number },
  { width, height }: Size,
  { x, y }: Layout['crop'],
): { x: number; y: number } {
  const along = (at: number, total: number, { length }: Span): number =>
    length >= total ? 0.5 : clamp((at * total - length / 2) / (total - length));
  return { x: along(centre.x, width, x), y: along(centre.y, height, y) };
}

const clamp = (v: number): number => Math.min(1, Math.max(0, v));

function focus(gravity: string): { x: number; y: number } {
  const sides: Record<string, { x: number; y: number }> = {
    left: { x: 0, y: 0.5 },
    right: { x: 1, y: 0.5 },
    top: { x: 0.5, y: 0 },
    bottom: { x: 0.5, y: 1 },
    // A stand-in: the point of `auto` depends on the picture, and the caller passes it in.
    auto: { x: 0.5, y: 0.5 },
  };
  const [x = '', y = ''] = gravity.split('x');
  return sides[gravity] ?? { x: Number(x), y: Number(y) };
}
