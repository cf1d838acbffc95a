// The plan that a stand-in for a job has: steps that only a GPU backend runs are replaced by the lighter ones that their effects give.
import type { Plan } from '../../src/plan/plan.ts';

/** The plan with the lighter step of each effect that has one. */
export const withLighterSteps = (plan: Plan): Plan => ({
  ...plan,
  steps: plan.steps.map((step) => ({ ...step, ...step.effect.needs.lighter?.(step.params) })),
});
