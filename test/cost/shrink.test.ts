import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { furtherShrink, sourceShrink } from '../../src/cost/shrink.ts';
import { effects } from '../../src/effects/index.ts';
import type { Size } from '../../src/image.ts';
import { parsePlan } from '../../src/plan/grammar.ts';

const planOf = (text: string) => parsePlan(text.split('/'), effects);
const photo = { width: 1200, height: 800 };
const side = fc.integer({ min: 1, max: 5000 });

describe('the factor by which a decoder may shrink a source', () => {
  it.each([
    ['w=300', 4],
    ['w=100,h=100,fit=cover', 8],
    ['w=100,h=100,fit=squeeze', 8],
    ['w=120,h=999,fit=contain', 10],
    ['w=300/w=10', 4],
    ['rotate=90,w=200', 4],
    ['flip=h/rotate=180/w=300', 4],
    ['w=300,trim=200~0~0~600', 1],
    ['w=300,sharpen=2', 4],
    ['sharpen=2/w=300', 1],
    ['trim=border/w=10', 1],
    ['pixelate/w=10', 1],
    ['f=webp', 1],
    ['rotate=90', 1],
    ['w=2400,fit=contain', 1],
  ])('by %s: %d', (text, factor) => {
    expect(sourceShrink(planOf(text), photo)).toBeCloseTo(factor, 9);
  });

  it('leaves at least one pixel for each pixel that a resize shows, and is never below one', () => {
    fc.assert(
      fc.property(side, side, side, side, (width, height, w, h) => {
        for (const fit of ['scale-down', 'contain', 'cover', 'squeeze', 'pad']) {
          const plan = planOf(`w=${w},h=${h},fit=${fit}`);
          const factor = sourceShrink(plan, { width, height });
          expect(factor).toBeGreaterThanOrEqual(1);
          const result = plan.steps[0]?.effect.size(
            { width, height },
            plan.steps[0].params,
          ) as Size;
          if (fit === 'pad' || factor === 1) continue;
          // The result's sides are rounded by up to half a pixel.
          expect(width / factor).toBeGreaterThanOrEqual(result.width - 0.5);
          expect(height / factor).toBeGreaterThanOrEqual(result.height - 0.5);
        }
      }),
    );
  });
});

describe('the factor by which a decoder may shrink a further image', () => {
  const far = { width: 900, height: 600 };
  const size = { width: 90, height: 30 };

  it('leaves one pixel for each pixel of the picture that it is blended with', () => {
    expect(furtherShrink(planOf('hybrid,far=asset:a'), 'asset:a', far, [size])).toBe(10);
    const tall = { width: 90, height: 300 };
    expect(furtherShrink(planOf('hybrid,far=asset:a'), 'asset:a', far, [tall])).toBe(2);
  });

  it('is the smallest of all steps that use the image', () => {
    const plan = planOf('hybrid,far=asset:a/hybrid,far=asset:b/hybrid,far=asset:a');
    const sizes = [size, { width: 900, height: 600 }, { width: 180, height: 60 }];
    expect(furtherShrink(plan, 'asset:a', far, sizes)).toBe(5);
    expect(furtherShrink(plan, 'asset:b', far, sizes)).toBe(1);
  });

  it('is 1 if its points are aligned with others, or if it is small', () => {
    const aligned = planOf('hybrid,far=asset:a,align=0.1_0.1_0.2_0.2~0.9_0.9_0.8_0.8');
    expect(furtherShrink(aligned, 'asset:a', far, [size])).toBe(1);
    const plan = planOf('hybrid,far=asset:a');
    expect(furtherShrink(plan, 'asset:a', { width: 9, height: 6 }, [size])).toBe(1);
  });
});
