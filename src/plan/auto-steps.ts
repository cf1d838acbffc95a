// Replaces `auto` by a number: the largest that the budget allows, up to the effect's own limit.
import { largest } from './largest.ts';
import type { Plan } from './plan.ts';

/** The value chosen for an `auto`. */
export type Auto = { param: string; value: number };

export type Settled = {
  plan: Plan;
  /** The value of each `auto`, in the order of the plan. */
  taken: Auto[];
};

/** The parameters of a plan whose `auto` the budget decides. */
const openAutos = ({ steps }: Plan) =>
  steps.flatMap(({ effect, params }, index) => {
    const { auto } = effect;
    if (!auto || params[auto.param] !== 'auto') return [];
    const most = auto.most(params);
    if (most === undefined) return [];
    return [{ index, param: auto.param, least: Math.min(auto.least ?? 1, most), most }];
  });

/** Whether a plan has such a parameter. */
export const hasAuto = (plan: Plan): boolean => openAutos(plan).length > 0;

/**
 * Replaces every `auto` by a number, in the order of the plan; those that follow count with their least value meanwhile. If not
 * even the least value fits, it is taken.
 */
export function settleSteps(plan: Plan, fits: (plan: Plan) => boolean): Settled {
  const open = openAutos(plan);
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
  let settled = open.reduce((base, one) => set(base, one, one.least), plan);
  const taken = open.map((one) => {
    const { least, most } = one;
    const n = largest(least, most, (count) => fits(set(settled, one, count))) ?? least;
    settled = set(settled, one, n);
    return { param: one.param, value: n };
  });
  return { plan: settled, taken };
}
