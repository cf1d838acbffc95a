// Chooses the format of an answer from what the client accepts.
import { AppError } from '../errors.ts';
import type { Size } from '../image.ts';
import { parseAccept, weightOf } from './accept.ts';
import type { Format } from './codec.ts';
import { maxEdge } from './max-edge.ts';

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
};

/**
 * The format to answer with. A format asked for by name is taken whatever Accept says; throws
 * `bad_option` where it is not available.
 *
 * For `auto`: the acceptable format with the highest weight, of equals the first of AVIF, WebP and
 * then PNG for transparent pictures, JPEG for opaque ones. AVIF and WebP have to be named in
 * Accept: browsers without them send a bare range such as `image/*` too, which therefore grants
 * JPEG and PNG only. The other one of JPEG and PNG steps in where the client refuses the first.
 * Where nothing is acceptable Accept is disregarded, as RFC 9110 allows.
 */
export function negotiate(negotiation: Negotiation): OutputFormat {
  const { accept, requested, transparent, available, size } = negotiation;
  if (requested !== 'auto') {
    if (available[requested] !== undefined) return requested;
    const expected = ['auto', ...Object.keys(available)].join(', ');
    throw new AppError('bad_option', `f: expected one of ${expected}, got "${requested}"`, {
      param: 'f',
    });
  }
  const ranges = parseAccept(accept ?? '*/*');
  const edge = size ? Math.max(size.width, size.height) : 1;
  const usable = (format: OutputFormat) =>
    available[format] !== undefined && edge <= maxEdge[format];
  const weigh = (format: OutputFormat, wildcards: boolean) =>
    usable(format) ? (weightOf(ranges, `image/${format}`, { wildcards }) ?? 0) : 0;

  const plain: OutputFormat = transparent ? 'png' : 'jpeg';
  const other: OutputFormat = transparent ? 'jpeg' : 'png';
  const weights: [OutputFormat, number][] = [
    ['avif', weigh('avif', false)],
    ['webp', weigh('webp', false)],
    [plain, weigh(plain, true)],
  ];
  const best = weights.reduce((a, b) => (b[1] > a[1] ? b : a));
  if (best[1] > 0) return best[0];
  if (weigh(other, true) > 0) return other;
  return usable(plain) ? plain : other;
}
