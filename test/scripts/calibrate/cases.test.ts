// The cases that calibration measures, and those that are reserved for the benchmark of the estimate.
import { describe, expect, it } from 'vitest';
import { assertDisjoint, heldOutCases } from '../../../bench/stages/held-out.ts';
import { heldOutStep } from '../../../bench/stages/held-out-step.ts';
import { withLighterSteps } from '../../../bench/stages/lighter-steps.ts';
import { calibrationCases, isAbout, type StageCase } from '../../../scripts/calibrate/cases.ts';
import { fileName } from '../../../scripts/calibrate/files.ts';
import { ratesText } from '../../../scripts/calibrate/rates-file.ts';
import { ownedBy, rates, totalWork } from '../../../src/cost/rates.ts';
import { effects } from '../../../src/effects/index.ts';
import { parsePlan } from '../../../src/plan/grammar.ts';

const stepsOf = (cases: readonly StageCase[]) =>
  cases
    .filter(({ stage }) => stage === 'steps')
    .flatMap(({ plan, file, lighter }) => {
      const parsed = parsePlan(plan.split('/'), effects);
      const { steps } = lighter ? withLighterSteps(parsed) : parsed;
      return steps.map((step) => ({ step, file }));
    });

const workOf = (cases: readonly StageCase[]) =>
  totalWork(
    stepsOf(cases).map(({ step: { effect, params }, file }) =>
      ownedBy(effect.name, effect.cost(file, params, { shrink: 1 }).work),
    ),
  );

describe('the cases of calibration', () => {
  it.each([
    ['calibration', calibrationCases()],
    ['the benchmark', heldOutCases()],
  ])('have every effect, and decode and encode every format, in %s', (_, cases) => {
    const names = new Set(stepsOf(cases).map(({ step }) => step.effect.name));
    expect([...names].sort()).toEqual(effects.map(({ name }) => name).sort());
    const decoded = new Set(
      cases.filter((c) => c.stage === 'decode').map((c) => c.file.kind.replace(/-.*/, '')),
    );
    const encoded = new Set(cases.filter((c) => c.stage === 'encode').map((c) => c.format));
    expect([...decoded].sort()).toEqual(['avif', 'gif', 'jpeg', 'png', 'webp']);
    expect([...encoded].sort()).toEqual(['avif', 'gif', 'jpeg', 'png', 'webp']);
  });

  it('differ from the cases that the estimate is judged by', () => {
    const seen = calibrationCases();
    expect(() => assertDisjoint(heldOutCases(), seen)).not.toThrow();
    const [one] = seen as [StageCase];
    expect(() => assertDisjoint([one], seen)).toThrow(fileName(one.file));
  });

  it('have a rate for every counted term (else run npm run calibrate -- --only <effect>)', () => {
    const terms = Object.keys(workOf(calibrationCases()));
    expect(terms.filter((term) => rates[term] === undefined)).toEqual([]);
  });

  it('are found by the name of an effect, also of one that is written as an option', () => {
    const stages = (name: string) => [
      ...new Set(calibrationCases().flatMap((one) => (isAbout(one, name) ? one.stage : []))),
    ];
    for (const { name } of effects) expect([name, ...stages(name)]).toContain('steps');
    expect(stages('avif')).toEqual(['decode', 'encode']);
  });

  it('have their numbers changed for the benchmark, within the range of the parameter', () => {
    const plan = 'pixelate,block=8,outline=0.4,palette=auto,colors=256';
    const file = { sample: 'bust', kind: 'jpeg', width: 256, height: 192 } as const;
    const seen = { stage: 'steps', plan, file, format: 'webp' } as const;
    expect(heldOutStep(seen)).toEqual({
      ...seen,
      plan: 'pixelate,block=10,palette=auto,colors=205,outline=0.5',
      file: { ...file, sample: 'chess', width: 205, height: 154 },
    });
    const odd = heldOutStep({ ...seen, plan: 'hybrid,far=asset:far,kernel=31,steps=1' });
    expect(odd.plan).toBe('hybrid,far=asset:far,kernel=39,steps=2');
  });

  it('count every term of an effect that has a rate', () => {
    const work = workOf(calibrationCases());
    const owners = new Set(effects.map(({ name }) => name));
    const priced = Object.keys(rates).filter((term) => owners.has(term.split('.')[0] as string));
    expect(priced.filter((term) => !((work[term] ?? 0) > 0))).toEqual([]);
  });
});

describe('rates.json', () => {
  it('is sorted, has three digits, and names its origin', () => {
    const origin = { measured: '2026-01-02', machine: 'a machine' };
    expect(JSON.parse(ratesText({ 'b.y': 12.3456, 'a.x': 98_765 }, origin))).toEqual({
      ...origin,
      nanoseconds: { 'a.x': 98_800, 'b.y': 12.3 },
    });
    expect(ratesText({ 'b.y': 1, 'a.x': 2 }, origin)).toMatch(/a\.x.*\n.*b\.y/);
  });
});
