// An image service for Astro. The module itself is an entry point whose options are in `image.service.config`.
import { paramError } from '../../errors.ts';
import { createClient } from '../client.ts';
import { gravityOf } from './gravity-of.ts';
import { imageUrls, type LoaderOptions } from './image-urls.ts';

export type { LoaderOptions } from './image-urls.ts';

/** An imported picture, as Astro describes it. */
type Imported = { src: string; width: number; height: number; format: string };

/** What `<Image>`, `<Picture>` and `getImage` ask for. */
export type AstroImage = {
  src: string | Imported;
  width?: number | undefined;
  height?: number | undefined;
  widths?: number[] | undefined;
  densities?: (number | `${number}x`)[] | undefined;
  quality?: string | number | undefined;
  format?: string | undefined;
  fit?: string | undefined;
  position?: string | undefined;
  background?: string | undefined;
  /** Segments of a plan; replaces the plan of all pictures. */
  plan?: string | undefined;
  [name: string]: unknown;
};

/** A size for `srcset`. */
export type AstroVersion<Image> = {
  transform: Image;
  descriptor: string;
  attributes: { type?: string };
};

type Config = { service: { config: Partial<LoaderOptions> } };

/** Astro's names of qualities. */
const QUALITIES: Readonly<Record<string, number>> = { low: 45, mid: 65, high: 80, max: 100 };

/** What Astro expects of an image service that works elsewhere. */
export type AstroService = {
  validateOptions: <Image extends AstroImage>(image: Image) => Image;
  getURL: (image: AstroImage, config: Config) => string | Promise<string>;
  getSrcSet: <Image extends AstroImage>(image: Image) => AstroVersion<Image>[];
  getHTMLAttributes: (image: AstroImage) => Record<string, unknown>;
};

export type ServiceOptions = LoaderOptions & {
  /** As those of `createClient`, to sign every URL. Pages are rendered on the server, or when the site is built, so keys stay there. */
  keys?: string | undefined;
};

/**
 * An image service, for a module of your own that is the entry point; without options it reads `image.service.config`. Throws RangeError
 * for a malformed origin or malformed keys. Its methods throw `bad_source` and `bad_option`.
 */
export function createImageService(options?: ServiceOptions): AstroService {
  const sign = options?.keys === undefined ? undefined : createClient(options).sign;
  const fixed = options && imageUrls(options);
  return {
    validateOptions,
    getURL(image, { service: { config } }) {
      // A drawing in SVG has no pixels.
      if (typeof image.src !== 'string' && image.src.format === 'svg') return image.src.src;
      const urlOf = fixed ?? imageUrls({ ...config, origin: config.origin ?? '' });
      const { src, position, quality, ...request } = image;
      const url = urlOf(typeof src === 'string' ? src : src.src, {
        ...request,
        quality: typeof quality === 'string' ? (QUALITIES[quality] ?? quality) : quality,
        gravity: position === undefined ? undefined : gravityOf(position),
      });
      return sign ? sign(url) : url;
    },
    getSrcSet,
    getHTMLAttributes,
  };
}

/** Fills in the side that is missing, if the picture's shape is known. */
function validateOptions<Image extends AstroImage>(image: Image): Image {
  if (!image.src) {
    throw paramError({ param: 'src', expected: 'an address or an imported picture', got: 'none' });
  }
  return { ...image, ...(image.fit === 'none' && { fit: undefined }), ...sizeOf(image) };
}

function sizeOf({ src, width, height }: AstroImage): { width?: number; height?: number } {
  const [w, h] = [width, height].map((side) => side && Math.round(Number(side)));
  if (typeof src === 'string' || (w && h))
    return { ...(w && { width: w }), ...(h && { height: h }) };
  const ratio = src.width / src.height;
  if (w) return { width: w, height: Math.round(w / ratio) };
  return h ? { width: Math.round(h * ratio), height: h } : { width: src.width, height: src.height };
}

function getSrcSet<Image extends AstroImage>(image: Image): AstroVersion<Image>[] {
  const { src, widths = [], densities, format } = image;
  const { width, height } = sizeOf(image);
  const most = typeof src === 'string' ? Number.POSITIVE_INFINITY : src.width;
  const sized = (w: number, descriptor: string): AstroVersion<Image> => ({
    transform: {
      ...image,
      width: w,
      height: width && height ? Math.round((w * height) / width) : undefined,
    },
    descriptor,
    attributes: format ? { type: `image/${format}` } : {},
  });
  if (densities && width) {
    return densities.map((density) => {
      const factor = Number.parseFloat(String(density));
      return sized(Math.round(width * factor), `${factor}x`);
    });
  }
  const fitting = new Set(widths.map((w) => Math.min(w, most)).toSorted((a, b) => a - b));
  return [...fitting].map((w) => sized(w, `${w}w`));
}

/** The properties that become attributes of the `<img>`. */
function getHTMLAttributes(image: AstroImage): Record<string, unknown> {
  const {
    src,
    width,
    height,
    widths,
    densities,
    quality,
    format,
    formats,
    fit,
    position,
    background,
    plan,
    layout,
    priority,
    ...attributes
  } = image;
  return { loading: 'lazy', decoding: 'async', ...attributes, ...sizeOf(image) };
}

export default createImageService();
