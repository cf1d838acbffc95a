import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effects } from '../../src/effects/index.ts';
import { settleSteps } from '../../src/plan/auto-steps.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import type { Plan } from '../../src/plan/plan.ts';

const planOf = (text: string): Plan => parsePlan(text.split('/'), effects);
const reference = 'hybrid,far=asset:a,mode=reference';
const stepsOf = ({ steps }: Plan): unknown[] => steps.map(({ params }) => params.steps);

/** A test that fits while all steps of the plan together are at most that many. */
const upTo =
  (most: number) =>
  (plan: Plan): boolean => {
    const counts = stepsOf(plan).filter((steps) => steps !== undefined);
    return counts.reduce<number>((sum, steps) => sum + (steps as number), 0) <= most;
  };

/** The plan with every `auto` settled, and the value of each. */
function settled(plan: Plan, fits: (plan: Plan) => boolean) {
  const { plan: done, taken } = settleSteps(plan, fits);
  return { plan: done, taken: taken.map(({ value }) => value) };
}

describe('automatic steps', () => {
  it('are as many as fit, at least one, and no more than the effect can use', () => {
    fc.assert(
      fc.property(fc.nat(400), (most) => {
        const { plan, taken } = settled(planOf(reference), upTo(most));
        expect(taken).toEqual([Math.min(Math.max(most, 1), 200)]);
        expect(stepsOf(plan)).toEqual(taken);
      }),
    );
  });

  it('go to the first effect first, while the later ones keep one each', () => {
    const three = planOf(`${reference}/w=9/${reference}/${reference}`);
    expect(settled(three, upTo(50)).taken).toEqual([48, 1, 1]);
    expect(settled(three, upTo(300)).taken).toEqual([200, 99, 1]);
    expect(settled(three, upTo(1000)).taken).toEqual([200, 200, 200]);
    expect(settled(three, upTo(0)).taken).toEqual([1, 1, 1]);
    expect(stepsOf(settled(three, upTo(300)).plan)).toEqual([200, undefined, 99, 1]);
  });

  it('leave room for explicit steps, which they do not change', () => {
    const mixed = planOf(`hybrid,far=asset:a,mode=reference,steps=70/${reference}`);
    const { plan, taken } = settled(mixed, upTo(100));
    expect(taken).toEqual([30]);
    expect(stepsOf(plan)).toEqual([70, 30]);
  });

  it('are none if the mode has none', () => {
    const { taken } = settled(planOf('hybrid,far=asset:a,mode=frequency'), () => true);
    expect(taken).toEqual([0]);
  });

  it('change neither the given plan nor a plan without them', () => {
    const plan = planOf(reference);
    settleSteps(plan, () => true);
    expect(stepsOf(plan)).toEqual(['auto']);
    const plain = planOf('w=9/pixelate');
    const never = (): boolean => {
      throw new Error('nothing is to be asked');
    };
    expect(settleSteps(plain, never)).toEqual({ plan: plain, taken: [] });
  });
});
