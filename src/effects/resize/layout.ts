// Geometry of a resize: the seven fits, as arithmetic on sizes.
import type { Size } from '../../image.ts';
import type { Span } from '../../tensor/resample/axis.ts';

export type LayoutOptions = {
  w?: number | undefined;
  h?: number | undefined;
  fit: 'scale-down' | 'contain' | 'cover' | 'crop' | 'aspect-crop' | 'pad' | 'squeeze';
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

/** The layout, from sizes and options alone; `point` is the point to keep, as fractions. Sizes do not depend on it. */
export function layout(
  source: Size,
  options: LayoutOptions,
  point = focus(options.gravity),
): Layout {
  const { fit, dpr } = options;
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
    const enlarges = fit === 'contain' || fit === 'cover' || fit === 'pad';
    const content = over > 1 && !enlarges ? pick(source) : asked;
    const background = fit === 'pad' ? (options.background ?? 'ffffff') : options.background;
    return { ...still, content, canvas: content, background };
  }
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
  const begin = Math.min(Math.max(0, fraction * total - length / 2), total - length);
  // A crop without scaling must not shift by a fraction of a pixel, which would blur.
  return { begin: Number.isInteger(length) ? Math.round(begin) : begin, length };
}

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
