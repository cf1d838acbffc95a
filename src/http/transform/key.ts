// The keys of a transform: one for its stored answer, one for its job.
import type { Purged } from '../../cache/purges.ts';
import { hasAuto } from '../../plan/auto-steps.ts';
import { formatPlan } from '../../plan/grammar.ts';
import type { OutputChoice } from '../../render/output-format.ts';
import { formatSource } from '../../sources/source.ts';
import { cacheKey } from '../caching.ts';
import type { TransformRequest } from './url.ts';

/** Key of the job that a transform led to after its sources were last purged; undefined if that is not known. */
export function jobIndexKey(key: string, { at, sure }: Purged): string | undefined {
  if (!sure) return undefined;
  return at === 0 ? key : `${key}@${at}`;
}

/** Whether copies of a source between it and this service may be older than its last purge. */
export const mayBePurged = ({ at, sure }: Purged): boolean => at > 0 || !sure;

/** Key of the stored answer. If an automatic parameter depends on the edge's budget, the key contains the budget. */
export function transformKey(
  { plan, source, further }: TransformRequest,
  output: OutputChoice,
  budget: number,
): Promise<string> {
  const named = new Map([...further].map(([text, s]) => [text, formatSource(s)]));
  return cacheKey({
    plan: `${formatPlan(plan, named)}${hasAuto(plan) ? `|${budget}` : ''}`,
    sources: [source, ...further.values()].map(formatSource),
    format: output.key,
  });
}
