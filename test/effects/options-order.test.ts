import { describe, expect, it } from 'vitest';
import { effects } from '../../src/effects/index.ts';
import { parsePlan } from '../../src/plan/grammar.ts';

describe('the options of one segment', () => {
  it("work in Cloudflare's order, whatever the order of the keys", () => {
    const all =
      'sharpen=1,blur=2,saturation=0,gamma=2,contrast=2,brightness=2,w=8,rotate=90,flip=h,trim=border';
    const names = parsePlan([all], effects).steps.map(({ effect }) => effect.name);
    expect(names).toEqual([
      'trim',
      'flip',
      'rotate',
      'resize',
      'brightness',
      'contrast',
      'gamma',
      'saturation',
      'blur',
      'sharpen',
    ]);
  });

  it('share no parameter and no other spelling', () => {
    const names = effects
      .filter(({ segment }) => segment === 'options')
      .flatMap(({ params, aliases }) => [...Object.keys(params), ...Object.keys(aliases)]);
    expect(names.length).toBe(18);
    expect(new Set(names).size).toBe(names.length);
  });
});
