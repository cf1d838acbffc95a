import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Estimate, Limits } from '../../src/cost/estimate.ts';
import { fitsEdge, type HintSearch, overBudget } from '../../src/cost/place.ts';
import { effects } from '../../src/effects/index.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import type { Plan } from '../../src/plan/plan.ts';

const MB = 2 ** 20;
const limits: Limits = {
  maxSourcePixels: 1e8,
  maxResultPixels: 4e6,
  edgeBudgetMs: 900,
  edgeMemoryBytes: 70 * MB,
  edgeHeapBytes: 50 * MB,
};
const predicted = (ms: number, bytes = 0, heap = 0): Estimate => ({
  size: { width: 1, height: 1 },
  ms,
  frames: 1,
  stepMs: [],
  bytes,
  heap,
  work: {},
  stages: { vectors: {}, decode: {}, steps: [], encode: {} },
  shrinks: [1],
});
const sure = (fits: HintSearch['fits']): HintSearch => ({ fits, certain: true });
const planOf = (text: string): Plan => parsePlan(text.split('/'), effects);

describe('the edge', () => {
  it('takes plans that fit its time with a margin, and its memories', () => {
    expect(fitsEdge(predicted(600), limits)).toBe(true);
    expect(fitsEdge(predicted(600.1), limits)).toBe(false);
    expect(fitsEdge(predicted(1, 20 * MB, 50 * MB), limits)).toBe(true);
    expect(fitsEdge(predicted(1, 70 * MB, 50 * MB), limits)).toBe(true);
    expect(fitsEdge(predicted(1, 0, 50 * MB + 1), limits)).toBe(false);
    expect(fitsEdge(predicted(1, 70 * MB + 1), limits)).toBe(false);
  });

  it('takes no plan whose estimate is not a number', () => {
    for (const one of [
      predicted(Number.NaN),
      predicted(1, Number.NaN),
      predicted(1, 0, Number.NaN),
    ])
      expect(fitsEdge(one, limits)).toBe(false);
  });
});

describe('a refusal', () => {
  const detail = (estimate: Estimate): string =>
    overBudget(
      planOf('pixelate'),
      estimate,
      limits,
      sure(() => false),
    ).message;

  it('names the exceeded limit: time first, then the large memory, then that for pixels', () => {
    expect(detail(predicted(700.5, 99 * MB, 99 * MB))).toBe(
      'expected at most 600 ms of compute (a budget of 900 ms with a margin of 1.5), this plan is estimated at 701 ms; a smaller picture fits',
    );
    expect(detail(predicted(10, 99 * MB, 51 * MB))).toContain(
      'at most 50 MB of memory for codecs and tensors, this plan is estimated at 51 MB',
    );
    expect(detail(predicted(10, 80 * MB, 40 * MB))).toContain(
      'at most 70 MB of memory for pixels, this plan is estimated at 80 MB',
    );
  });

  it('proposes the most steps that fit, for any limit', () => {
    const plan = planOf('w=9/hybrid,far=asset:a,steps=5000');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4999 }), (most) => {
        const fits = ({ steps }: Plan): boolean =>
          steps.every(({ params }) => ((params.steps as number | undefined) ?? 0) <= most);
        // A smaller w does not help here, so it is not proposed.
        const error = overBudget(plan, predicted(1e6), limits, sure(fits));
        expect([error.code, error.param]).toEqual(['over_budget', 'steps']);
        expect(error.message).toContain(`; steps ≤ ${most} fits`);
      }),
    );
  });

  it('proposes a narrower result of the same shape', () => {
    const plan = planOf('w=400,h=300,fit=cover');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 399 }), (most) => {
        const fits = ({ steps }: Plan): boolean => {
          const { w, h } = steps[0]!.params as { w: number; h: number };
          expect(Math.abs(h - 0.75 * w)).toBeLessThanOrEqual(0.5);
          return w <= most;
        };
        const error = overBudget(plan, predicted(1e6), limits, sure(fits));
        expect(error.param).toBe('w');
        expect(error.message).toContain(
          `; w ≤ ${most} with h ≤ ${Math.max(1, Math.round(0.75 * most))} fits`,
        );
      }),
    );
    const low = sure(({ steps: [step] }) => (step?.params.h as number) <= 77);
    const tall = overBudget(planOf('h=300'), predicted(1e6), limits, low);
    expect([tall.param, tall.message.split('; ')[1]]).toEqual(['h', 'h ≤ 77 fits']);
  });

  it('proposes a resize in front if no parameter helps', () => {
    const fits = ({ steps: [step] }: Plan): boolean =>
      step?.effect.name === 'resize' && (step.params.w as number) <= 123;
    const error = overBudget(planOf('pixelate'), predicted(1e6), limits, sure(fits));
    expect(error.param).toBeUndefined();
    expect(error.message).toContain('; with w=123 in front it fits');
  });

  it('says "may fit" if the proposal could not be tested whole, and proposes nothing without a test', () => {
    const plan = planOf('w=400');
    const fits = ({ steps: [step] }: Plan): boolean => (step?.params.w as number) <= 50;
    const unsure = overBudget(plan, predicted(1e6), limits, { fits, certain: false });
    expect(unsure.message).toMatch(/; w ≤ 50 may fit$/);
    const untested = overBudget(plan, predicted(1e6), limits);
    expect([untested.message.split('; ')[1], untested.param]).toEqual([
      'a smaller picture fits',
      undefined,
    ]);
  });
});
