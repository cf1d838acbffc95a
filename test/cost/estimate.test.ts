import { describe, expect, it } from 'vitest';
import type { Probe } from '../../src/codecs/codec.ts';
import { estimate, type Limits } from '../../src/cost/estimate.ts';
import { rates } from '../../src/cost/rates.ts';
import { detailMargins, leastMargins } from '../../src/cost/shrink.ts';
import { effects } from '../../src/effects/index.ts';
import type { AppError } from '../../src/errors.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { furtherImages } from '../../src/plan/plan.ts';
import { fakeCodecs, header } from '../helpers/services/fake-codecs.ts';

const limits: Limits = {
  maxSourcePixels: 1_000_000,
  maxResultPixels: 250_000,
  edgeBudgetMs: 100,
  edgeMemoryBytes: 112 * 2 ** 20,
  edgeHeapBytes: 2 ** 30,
};

function of(text: string, headers: Probe[], { margins = detailMargins, l = limits } = {}) {
  const plan = parsePlan(text.split('/'), effects);
  const files = headers.map((h) => ({ header: h, byteLength: 1000, converted: 'no' as const }));
  const context = {
    codecs: fakeCodecs,
    limits: l,
    choose: () => [{ format: 'webp' as const, lossless: false }],
    margins,
  };
  return estimate(plan, files, [...furtherImages(plan).keys()], context);
}

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as AppError).code;
  }
  return 'none';
};

describe('the estimate', () => {
  it('folds sizes over the steps, from the upright size', () => {
    expect(of('w=100', [header(400, 200)]).size).toEqual({ width: 100, height: 50 });
    expect(of('w=100', [header(400, 200, { orientation: 6 })]).size).toEqual({
      width: 100,
      height: 200,
    });
    expect(of('w=100/pixelate,block=10,upscale=false', [header(400, 200)]).size).toEqual({
      width: 10,
      height: 5,
    });
  });

  it('is the sum of its stages', () => {
    const { work, stages, ms } = of('w=100/sharpen=1', [header(400, 200)]);
    const terms = [stages.decode, ...stages.steps, stages.encode].flatMap((s) => Object.entries(s));
    for (const [term, count] of terms) expect(work[term]).toBe(count);
    const ns = Object.entries(work).reduce((sum, [t, n]) => sum + n * (rates[t] as number), 0);
    expect(ms).toBeCloseTo(ns / 1e6, 9);
  });

  it('grows with the source, the steps and their parameters', () => {
    const ms = (side: number, steps: number): number =>
      of(`hybrid,far=asset:a,mode=reference,steps=${steps}`, [header(side, side), header(64, 64)])
        .ms;
    expect(ms(240, 20)).toBeGreaterThan(1.5 * ms(240, 10));
    expect(ms(480, 10)).toBeGreaterThan(3 * ms(240, 10));
  });

  it('counts steps on the smallest picture, and rows of the narrowest one', () => {
    const tiny = of('hybrid,far=asset:a,steps=1000', [header(1, 1), header(1, 1)]).ms;
    expect(tiny).toBeGreaterThan(100);
    const narrow = of('hybrid,far=asset:a', [header(1, 60000), header(1, 1)]).ms;
    const square = of('hybrid,far=asset:a', [header(245, 245), header(1, 1)]).ms;
    expect(narrow).toBeGreaterThan(3 * square);
  });

  it('lets the decoder shrink a picture that a resize makes small, the more so the more pixels are left', () => {
    const shrinks = (text: string, margins = detailMargins) =>
      of(text, [header(960, 720)], { margins }).shrinks;
    expect(shrinks('w=60')).toEqual([8]);
    expect(shrinks('w=61')).toEqual([4]);
    expect(shrinks('w=61', leastMargins)).toEqual([8]);
    expect(shrinks('w=160')).toEqual([4]);
    expect(shrinks('w=161')).toEqual([2]);
    expect(shrinks('w=384')).toEqual([2]);
    expect(shrinks('w=385')).toEqual([1]);
    expect(shrinks('w=480', leastMargins)).toEqual([2]);
    expect(shrinks('w=120,fit=cover,h=90')).toEqual([4]);
    expect(shrinks('rotate=90,flip=h,w=45')).toEqual([8]);
    expect(shrinks('w=60/pixelate')).toEqual([8]);
  });

  it('has every pixel decoded if the first step needs all of them', () => {
    for (const text of ['trim=border,w=60', 'sharpen=1/w=60', 'pixelate,columns=9', 'f=webp']) {
      const roomy = { ...limits, maxResultPixels: 1e6 };
      expect(of(text, [header(960, 720)], { l: roomy }).shrinks).toEqual([1]);
    }
  });

  it('shrinks a further image to the size that the step can use', () => {
    const plan = 'w=100,h=100,fit=cover/hybrid,far=asset:a';
    expect(of(plan, [header(400, 400), header(900, 900)]).shrinks).toEqual([2, 4]);
    const twice = `${plan}/w=400,h=400,fit=contain/hybrid,far=asset:a`;
    expect(of(twice, [header(400, 400), header(900, 900)]).shrinks).toEqual([2, 1]);
  });

  it("counts a decoder's own memory in addition to the picture", () => {
    const plain = of('w=60', [header(960, 720)]).bytes;
    const progressive = of('w=60', [header(960, 720, { progressive: true })]).bytes;
    expect(progressive).toBeGreaterThan(plain + 2 * 960 * 720);
  });

  it('refuses a source, an intermediate and a result over their limits', () => {
    expect(codeOf(() => of('w=10', [header(1001, 1000)]))).toBe('too_many_pixels');
    expect(codeOf(() => of('w=10/hybrid,far=asset:a', [header(9, 9), header(2000, 2000)]))).toBe(
      'too_many_pixels',
    );
    expect(codeOf(() => of('w=600,h=600,fit=cover/w=10', [header(9, 9)]))).toBe('too_many_pixels');
    expect(codeOf(() => of('f=png', [header(600, 600)]))).toBe('too_many_pixels');
    expect(codeOf(() => of('w=500', [header(1000, 1000)]))).toBe('none');
  });

  it('refuses GIF without a decoder for it', () => {
    expect(codeOf(() => of('w=10', [header(10, 10, { format: 'gif' })]))).toBe(
      'format_unsupported',
    );
  });
});
