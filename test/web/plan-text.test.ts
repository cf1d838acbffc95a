import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effects } from '../../src/effects/index.ts';
import { formatPlan, parsePlan } from '../../src/plan/grammar.ts';
import { addressText, pathText, planText, readPath } from '../../src/web/state/plan-text.ts';
import { newStep } from '../../src/web/state/work.ts';
import { catalogue, entries } from './catalogue-of-all.ts';

/** The plan of a path in its canonical form. */
const meant = (path: string): string => {
  const segments = path.split('/').filter((segment) => !/^(?:asset|file|https?):/.test(segment));
  return formatPlan(parsePlan(segments, effects));
};
const rewritten = (path: string): string => pathText(readPath(path, catalogue).work, catalogue);

describe('the text of a plan', () => {
  it('means the same after every documented example was read and written', () => {
    const examples = entries.flatMap((entry) => entry.examples);
    expect(examples.length).toBeGreaterThan(30);
    for (const example of examples) {
      const path = example.replace('/t/', '');
      expect([path, meant(rewritten(path))]).toEqual([path, meant(path)]);
      expect(readPath(path, catalogue).unknown).toEqual([]);
    }
  });

  it('is read and written without loss for any chain of steps, also switched off', () => {
    const step = fc.constantFrom(
      ...entries.filter(({ name }) => name !== 'output').map(({ name }) => name),
    );
    const pieces = fc.array(fc.record({ step, off: fc.boolean() }), { maxLength: 6 });
    fc.assert(
      fc.property(pieces, (chain) => {
        const steps = chain.map(({ step: name, off }) => {
          const entry = catalogue.entry(name)!;
          const [param = ''] = Object.keys(entry.parameters.properties);
          return { ...newStep(name, { [param]: 'a~b,c/d=é' }), ...(off && { off }) };
        });
        const work = { source: 'asset:chess.jpg', steps, output: { f: 'webp' } };
        const { work: again } = readPath(addressText(work, catalogue), catalogue);
        const bare = (list: typeof steps) =>
          list.map(({ effect, params, ...more }) => ({ effect, params, off: 'off' in more }));
        expect(bare(again.steps as typeof steps)).toEqual(bare(steps));
        expect(again.output).toEqual(work.output);
        expect(again.source).toBe(work.source);
      }),
      { numRuns: 60 },
    );
  });

  it('joins options of one segment only in the order in which the service applies them', () => {
    const work = (...names: [string, string, string][]) => ({
      source: 'asset:a.jpg',
      steps: names.map(([effect, param, value]) => newStep(effect, { [param]: value })),
      output: {},
    });
    const flipped = work(['flip', 'flip', 'h'], ['resize', 'w', '9'], ['blur', 'blur', '2']);
    expect(planText(flipped, catalogue)).toBe('flip=h,w=9,blur=2');
    const turned = work(['resize', 'w', '9'], ['flip', 'flip', 'h'], ['resize', 'w', '4']);
    expect(planText(turned, catalogue)).toBe('w=9/flip=h,w=4');
  });

  it('leaves out steps that are switched off, and options without a value', () => {
    const { work } = readPath('!grayscale/w=8/!blur=3/f=png/asset:a.jpg', catalogue);
    expect(work.steps.map(({ effect, off }) => [effect, off === true])).toEqual([
      ['grayscale', true],
      ['resize', false],
      ['blur', true],
    ]);
    expect(pathText(work, catalogue)).toBe('w=8,f=png/asset:a.jpg');
    const empty = { ...work, steps: [newStep('resize')] };
    expect(pathText(empty, catalogue)).toBe('f=png/asset:a.jpg');
  });

  it('keeps pictures of the device out of the plan, and their names in the address', () => {
    const work = {
      source: 'file:me.jpg',
      steps: [newStep('hybrid', { far: 'file:you.jpg' })],
      output: {},
    };
    expect(planText(work, catalogue)).toBe('hybrid');
    const { work: again } = readPath(addressText(work, catalogue), catalogue);
    expect([again.source, again.steps[0]?.params]).toEqual([
      'file:me.jpg',
      { far: 'file:you.jpg' },
    ]);
  });

  it('reads whole URLs with signature, aliases and addresses, and lists what it does not know', () => {
    const { work, unknown } = readPath(
      '/t/s:abc/width=9,g=top/wobble,x=1/nope=3/https://a.example/b/c.jpg?d=1',
      catalogue,
    );
    expect(work.source).toBe('https://a.example/b/c.jpg?d=1');
    expect(work.steps.map(({ params }) => params)).toEqual([{ w: '9', gravity: 'top' }]);
    expect(unknown).toEqual(['wobble', 'nope']);
  });
});
