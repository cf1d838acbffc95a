// Brings an Accept header to the form that matters, so that clients who get the same also share a job.
import { parseAccept, weightOf } from '../codecs/negotiate/accept.ts';
import type { Output } from '../plan/plan.ts';

const formats = ['avif', 'webp', 'jpeg', 'png'] as const;

/**
 * A header that negotiates like the one given: every format named, weights as ranks. `null` where the output is of a kind that
 * follows no Accept.
 */
export function canonicalAccept({ f }: Output, accept: string | null): string | null {
  if (f !== 'auto') return null;
  const ranges = parseAccept(accept ?? '*/*');
  const weights = formats.map((format) => {
    const wildcards = format === 'jpeg' || format === 'png';
    return weightOf(ranges, `image/${format}`, { wildcards }) ?? 0;
  });
  const ranks = [...new Set(weights.filter((weight) => weight > 0))].sort((a, b) => b - a);
  return formats
    .map((format, i) => {
      const rank = ranks.indexOf(weights[i]!);
      return `image/${format};q=${rank < 0 ? 0 : (10 - rank) / 10}`;
    })
    .join(',');
}
