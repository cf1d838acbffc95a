// Which format an answer takes at the edge, within its budget.

import type { Plan } from '../../plan/plan.ts';
import { outputChoice as choiceWithin, type OutputChoice } from '../../render/output-format.ts';
import type { Services } from '../services.ts';

export type { OutputChoice };

/** The choice for a plan and an `Accept` header. Throws `bad_option` for a format that has no encoder. */
export function outputChoice(
  plan: Plan,
  accept: string | null,
  { codecs, config, edgeHeapBytes }: Pick<Services, 'codecs' | 'config' | 'edgeHeapBytes'>,
): OutputChoice {
  const limits = { edgeBudgetMs: config.EDGE_BUDGET_MS, edgeHeapBytes };
  return choiceWithin(plan, accept, { codecs, limits });
}
