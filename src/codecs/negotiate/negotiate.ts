// Chooses the format of an answer from what the client accepts.
import { paramError } from '../../errors.ts';
import type { Size } from '../../image.ts';
import type { Format } from '../codec.ts';
import { maxEdge } from '../max-edge.ts';
import { parseAccept, weightOf } from './accept.ts';

/** Formats that an answer can have. */
export type OutputFormat = Exclude<Format, 'gif'>;

export type Negotiation = {
  /** The Accept header, or null where there is none. */
  accept: string | null;
  /** The value of `f`. */
  requested: 'auto' | OutputFormat;
  /** Whether the result may have transparent pixels. */
  transparent: boolean;
  /** The formats that can be encoded, as the keys of an object such as `Codecs`. */
  available: Partial<Record<Format, unknown>>;
  /** Size of the result, where it is known: `auto` then leaves out formats that cannot hold it. */
  size?: Size;
  /** Whether encoding a result of this size in AVIF or WebP is within reach; asked for `auto` and a known size only. Always, unless given. */
  fits?: (format: 'avif' | 'webp', size: Size) => boolean;
};

/**
 * The format to answer with: the first of the preferences that can hold the size and fits. A format asked for by name is taken
 * whatever Accept and `fits` say; throws `bad_option` where it is not available.
 */
export function negotiate(negotiation: Negotiation): OutputFormat {
  const { requested, size, fits } = negotiation;
  const ranking = preferences(negotiation);
  const suits = (format: OutputFormat): boolean => {
    if (requested !== 'auto' || !size) return true;
    if (Math.max(size.width, size.height) > maxEdge[format]) return false;
    return (format !== 'avif' && format !== 'webp') || (fits?.(format, size) ?? true);
  };
  return ranking.find(suits) ?? (ranking.at(-1) as OutputFormat);
}

/**
 * The formats that the answer may come in, best first; size and `fits` only choose among them, so that what is cached for one list
 * serves every client with the same. Throws `bad_option` where a format asked for by name is not available.
 *
 * For `auto`: the acceptable formats by their weights, of equals AVIF, WebP and then PNG for transparent pictures, JPEG for opaque
 * ones. AVIF and WebP have to be named in Accept: browsers without them send a bare range such as `image/*` too, which therefore
 * grants JPEG and PNG only. The other one of JPEG and PNG comes behind, and last of all those of the two that the client refuses,
 * for where nothing is acceptable: Accept is then disregarded, as RFC 9110 allows.
 */
export function preferences({
  accept,
  requested,
  transparent,
  available,
}: Negotiation): OutputFormat[] {
  if (requested !== 'auto') {
    if (available[requested] !== undefined) return [requested];
    const expected = ['auto', ...Object.keys(available)].join(', ');
    throw paramError({ param: 'f', expected: `one of ${expected}`, got: `"${requested}"` });
  }
  const ranges = parseAccept(accept ?? '*/*');
  const weigh = (format: OutputFormat) =>
    weightOf(ranges, `image/${format}`, { wildcards: format === 'jpeg' || format === 'png' }) ?? 0;
  const plain: OutputFormat = transparent ? 'png' : 'jpeg';
  const other: OutputFormat = transparent ? 'jpeg' : 'png';
  const accepted = (['avif', 'webp', plain] as const)
    .filter((format) => weigh(format) > 0)
    .sort((a, b) => weigh(b) - weigh(a));
  const ranking = [...accepted, ...(weigh(other) > 0 ? [other] : []), plain, other];
  return [...new Set(ranking)].filter((format) => available[format] !== undefined);
}
