// Brings an Accept header to a canonical form, so that clients who get the same format share a job.
import { formatOf } from '../codecs/formats.ts';
import { formatWeights } from '../codecs/negotiate/negotiate.ts';
import type { Output } from '../plan/plan.ts';

/**
 * A header that negotiates like the given one: every format named, weights as ranks. `null` if the output's format does not depend
 * on Accept.
 */
export function canonicalAccept(
  { f, compression }: Pick<Output, 'f' | 'compression'>,
  accept: string | null,
): string | null {
  if (f !== 'auto' || compression) return null;
  const weights = [...formatWeights(accept)];
  const positive = weights.map(([, weight]) => weight).filter((weight) => weight > 0);
  const ranks = [...new Set(positive)].sort((a, b) => b - a);
  return weights
    .map(([format, weight]) => {
      const rank = ranks.indexOf(weight);
      return `${formatOf(format).mime};q=${rank < 0 ? 0 : (10 - rank) / 10}`;
    })
    .join(',');
}
