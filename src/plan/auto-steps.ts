// Settles `steps=auto`: as many as the budget allows, up to what the effect has use for.
import { largest } from './largest.ts';
import type { Plan } from './plan.ts';

export type Settled = {
  plan: Plan;
  /** How many steps each `auto` came to, in the order of the plan. */
  taken: number[];
};

/** Replaces every `auto` by a number; the first ones in the plan are served first, the others are counted with one step until then. Where not even one fits, one is taken. */
export function settleSteps(plan: Plan, fits: (plan: Plan) => boolean): Settled {
  const open = plan.steps.flatMap(({ effect, params }, index) => {
    const { auto } = effect;
    return auto && params[auto.param] === 'auto'
      ? [{ index, param: auto.param, most: auto.most(params) }]
      : [];
  });
  const set = (
    base: Plan,
    { index, param }: { index: number; param: string },
    n: number,
  ): Plan => ({
    ...base,
    steps: base.steps.map((step, i) =>
      i === index ? { ...step, params: { ...step.params, [param]: n } } : step,
    ),
  });
  let settled = open.reduce((base, one) => set(base, one, Math.min(1, one.most)), plan);
  const taken = open.map((one) => {
    const least = Math.min(1, one.most);
    const n = largest(least, one.most, (count) => fits(set(settled, one, count))) ?? least;
    settled = set(settled, one, n);
    return n;
  });
  return { plan: settled, taken };
}
