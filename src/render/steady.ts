// Settles, before the frames of an animation are made, what steps would otherwise decide for each frame anew.
import { looksOf } from '../cost/estimate.ts';
import type { Effect } from '../effects/effect.ts';
import type { Plan, Step } from '../plan/plan.ts';

/** Runs a plan on those frames of an animation whose numbers, from 0, are wanted, in order. */
export type RunOnFrames = (plan: Plan, isWanted: (frame: number) => boolean) => Promise<void>;

/** The plan with parameters that do the same to every one of so many frames. */
export async function steadyPlan(plan: Plan, frames: number, run: RunOnFrames): Promise<Plan> {
  const steps = [...plan.steps];
  for (const [i, count] of looksOf(plan, frames).entries()) {
    if (count > 0)
      steps[i] = await settled(steps, i, (looking) =>
        run({ ...plan, steps: looking }, spread(count, frames)),
      );
  }
  return { ...plan, steps };
}

/** Tells `count` of so many frames, evenly spread, from the others. */
const spread =
  (count: number, frames: number) =>
  (frame: number): boolean =>
    Math.floor(((frame + 1) * count) / frames) > Math.floor((frame * count) / frames);

/** The step at an index, after it has looked at what the steps before it make of frames. */
async function settled(
  steps: readonly Step[],
  index: number,
  run: (steps: readonly Step[]) => Promise<void>,
): Promise<Step> {
  const { effect, params } = steps[index]!;
  const steady = effect.steady!;
  let seen: unknown;
  const looking: Effect = {
    ...effect,
    async run(context) {
      seen = await steady.look(context, seen);
      return { picture: context.picture };
    },
  };
  await run([...steps.slice(0, index), { effect: looking, params }]);
  return { effect, params: await steady.settledParams(seen, params) };
}
