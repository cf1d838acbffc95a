import { describe, expect, it } from 'vitest';
import { effects } from '../../src/effects/index.ts';
import { formatPlan, parsePlan } from '../../src/plan/grammar.ts';

const options = effects.filter(({ segment }) => segment === 'options');

/** The options of each effect in its first example. */
const examples = options.map((effect) => {
  const { steps, output } = parsePlan(effect.examples[0]!.plan.split('/'), effects);
  const own = steps.filter((step) => step.effect === effect);
  return formatPlan({ steps: own, output }).split('/')[0]!;
});

describe('the options of one segment', () => {
  it('are applied in the order of the list, whatever the order of the keys', () => {
    for (const all of [examples, examples.toReversed()]) {
      const names = parsePlan([all.join(',')], effects).steps.map(({ effect }) => effect.name);
      expect(names).toEqual(options.map(({ name }) => name));
    }
  });

  it("are applied in Cloudflare's order: turns and cuts, then resizing, then filters", () => {
    const names = parsePlan(['blur=2,gamma=2,w=8,rotate=90,trim=border'], effects).steps.map(
      ({ effect }) => effect.name,
    );
    expect(names).toEqual(['trim', 'rotate', 'resize', 'gamma', 'blur']);
  });

  it('share no parameter and no other spelling', () => {
    const names = options.flatMap(({ params, aliases }) => [
      ...Object.keys(params),
      ...Object.keys(aliases),
    ]);
    expect(new Set(names).size).toBe(names.length);
  });
});
