// Chooses the format of an answer from what the client accepts.
import { paramError } from '../../errors.ts';
import type { Size } from '../../image.ts';
import type { Format, OutputFormat } from '../codec.ts';
import { formatOf, losslessFormats, outputFormats, outputRules } from '../formats.ts';
import { parseAccept, weightOf } from './accept.ts';

export type Negotiation = {
  /** The Accept header, or null if there is none. */
  accept: string | null;
  /** The value of `f`. */
  requested: 'auto' | OutputFormat;
  /** Whether the result may have transparent pixels. */
  transparent: boolean;
  /** Whether the answer has several frames: `auto` then chooses among the formats that hold them. */
  animated?: boolean;
  /** The formats that can be encoded, as the keys of an object such as `Codecs`. */
  available: Partial<Record<Format, unknown>>;
  /** Size of the result, if it is known: `auto` then leaves out formats that cannot hold it. */
  size?: Size;
  /**
   * Whether a result of this size can be encoded within the budget. Called for `auto`, for a known size, and for formats that
   * are not universal. Default: always.
   */
  fits?: (format: OutputFormat, size: Size) => boolean;
};

/**
 * The format of the answer: the first of the preferences that can hold the size and fits. A format requested by name is taken
 * whatever Accept and `fits` say. Throws `bad_option` if it is not available.
 */
export function negotiate(negotiation: Negotiation): OutputFormat {
  const { requested, size, fits } = negotiation;
  const ranking = preferences(negotiation);
  const suits = (format: OutputFormat): boolean => {
    if (requested !== 'auto' || !size) return true;
    const { maxEdge, universal } = outputRules(format);
    if (Math.max(size.width, size.height) > maxEdge) return false;
    return universal || (fits?.(format, size) ?? true);
  };
  return ranking.find(suits) ?? ranking.at(-1)!;
}

/**
 * The formats that the answer may have, best first. Size and `fits` only choose among them, so an answer that is cached for one
 * list serves every client with the same list. Throws `bad_option` if a format requested by name is not available.
 *
 * For `auto` the acceptable formats come first, by weight. Formats of equal weight keep the order of the list of formats; of the
 * universal formats only one takes part: PNG for transparent pictures, JPEG for opaque ones. The other universal format follows.
 * If the client refuses everything, the universal formats remain: Accept is then ignored, as RFC 9110 allows.
 */
export function preferences({
  accept,
  requested,
  transparent,
  available,
  animated = false,
}: Negotiation): OutputFormat[] {
  if (requested !== 'auto') {
    if (available[requested] !== undefined) return [requested];
    throw paramError({
      param: 'f',
      expected: `one of ${['auto', ...Object.keys(available)].join(', ')}`,
      got: `"${requested}"`,
    });
  }
  const weights = formatWeights(accept);
  if (animated) return animatedPreferences(weights, available);
  const weigh = (format: OutputFormat): number => weights.get(format)!;
  const isUniversal = (format: OutputFormat): boolean => outputRules(format).universal;
  const suitsAlpha = (format: OutputFormat): number =>
    outputRules(format).alpha === transparent ? 1 : 0;
  const stills = outputFormats.filter((format) => !outputRules(format).onlyAnimation);
  const [plain, ...others] = stills
    .filter(isUniversal)
    .sort((a, b) => suitsAlpha(b) - suitsAlpha(a));
  const accepted = stills
    .filter((format) => weigh(format) > 0 && (!isUniversal(format) || format === plain))
    .sort((a, b) => weigh(b) - weigh(a));
  const acceptedOthers = others.filter((format) => weigh(format) > 0);
  const ranking = [...accepted, ...acceptedOthers, ...(plain ? [plain] : []), ...others];
  return [...new Set(ranking)].filter((format) => available[format] !== undefined);
}

/**
 * The formats of which the smallest file is the answer: those of `acceptedLossless`; always one that every client reads if none remains.
 * A format requested by name is the only one.
 */
export function negotiateLossless(negotiation: Negotiation): OutputFormat[] {
  const { requested, available } = negotiation;
  if (requested !== 'auto') return [requested];
  const suitable = acceptedLossless(negotiation);
  if (suitable.length > 0) return suitable;
  return losslessFormats.filter(
    (format) => available[format] !== undefined && outputRules(format).universal,
  );
}

/** Of the formats that can keep every pixel those that the client accepts, that hold the size and that fit. */
export function acceptedLossless({
  accept,
  available,
  size,
  fits,
}: Omit<Negotiation, 'requested' | 'transparent'>): OutputFormat[] {
  const weights = formatWeights(accept);
  const possible = losslessFormats.filter((format) => available[format] !== undefined);
  const suits = (format: OutputFormat): boolean => {
    const { maxEdge, universal } = outputRules(format);
    if (weights.get(format) === 0) return false;
    if (!size) return true;
    if (Math.max(size.width, size.height) > maxEdge) return false;
    return universal || (fits?.(format, size) ?? true);
  };
  return possible.filter(suits);
}

/** Of the formats for animations those that are accepted by name, best first, then those that only hold animations, which every client reads. */
function animatedPreferences(
  weights: ReadonlyMap<OutputFormat, number>,
  available: Negotiation['available'],
): OutputFormat[] {
  const weigh = (format: OutputFormat): number => weights.get(format)!;
  const able = outputFormats.filter(
    (format) => outputRules(format).animation && available[format] !== undefined,
  );
  const accepted = able.filter((format) => weigh(format) > 0).sort((a, b) => weigh(b) - weigh(a));
  return [...new Set([...accepted, ...able.filter((format) => outputRules(format).onlyAnimation)])];
}

/** The weight, 0…1, that an Accept header gives to each output format; a missing header accepts everything. */
export function formatWeights(accept: string | null): ReadonlyMap<OutputFormat, number> {
  const ranges = parseAccept(accept ?? '*/*');
  return new Map(
    outputFormats.map((format) => {
      const { universal: wildcards } = outputRules(format);
      return [format, weightOf(ranges, formatOf(format).mime, { wildcards }) ?? 0];
    }),
  );
}
