// The keys of a transform: one for its stored answer, one for its job.
import { hasAuto } from '../../plan/auto-steps.ts';
import { formatPlan } from '../../plan/grammar.ts';
import type { OutputChoice } from '../../render/output-format.ts';
import { formatSource } from '../../sources/source.ts';
import { cacheKey } from '../caching.ts';
import type { TransformRequest } from './url.ts';

/** Key of the job that a transform led to after its sources were last purged; `purgedAt` in milliseconds since 1970, 0 for never. */
export const jobIndexKey = (key: string, purgedAt: number): string =>
  purgedAt === 0 ? key : `${key}@${purgedAt}`;

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
