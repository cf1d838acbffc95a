// Chooses the formats that are tried for an answer that keeps every pixel.
import type { OutputFormat } from '../codec.ts';
import { losslessFormats, outputRules } from '../formats.ts';
import { formatWeights, type Negotiation } from './negotiate.ts';

/**
 * The formats of which the smallest file is the answer: of those that can keep every pixel the ones that the client accepts,
 * hold the size and fit; always one that every client reads if none remains. A format requested by name is the only one.
 */
export function negotiateLossless({
  accept,
  requested,
  available,
  size,
  fits,
}: Negotiation): OutputFormat[] {
  if (requested !== 'auto') return [requested];
  const weights = formatWeights(accept);
  const possible = losslessFormats.filter((format) => available[format] !== undefined);
  const suits = (format: OutputFormat): boolean => {
    const { maxEdge, universal } = outputRules(format);
    if (weights.get(format) === 0) return false;
    if (!size) return true;
    if (Math.max(size.width, size.height) > maxEdge) return false;
    return universal || (fits?.(format, size) ?? true);
  };
  const suitable = possible.filter(suits);
  if (suitable.length > 0) return suitable;
  return possible.filter((format) => outputRules(format).universal);
}
