import { describe, expect, it } from 'vitest';
import type { Probe } from '../../src/codecs/codec.ts';
import { effects } from '../../src/effects/index.ts';
import type { AppError } from '../../src/errors.ts';
import { estimate, type Limits, place } from '../../src/plan/cost.ts';
import { parsePlan } from '../../src/plan/grammar.ts';

const limits: Limits = {
  maxSourcePixels: 1_000_000,
  maxResultPixels: 250_000,
  edgeBudgetMs: 100,
  edgeMemoryBytes: 112 * 2 ** 20,
};
const photo = (width: number, height: number, orientation = 1): Probe => ({
  format: 'jpeg',
  width,
  height,
  bitDepth: 8,
  channels: 3,
  alpha: false,
  orientation,
  frames: 1,
  progressive: false,
});
const of = (text: string, images: Probe[], l = limits) =>
  estimate(parsePlan(text.split('/'), effects), images, l);
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
    expect(of('w=100', [photo(400, 200)]).size).toEqual({ width: 100, height: 50 });
    expect(of('w=100', [photo(400, 200, 6)]).size).toEqual({ width: 100, height: 200 });
    expect(of('w=100/pixelate,block=10,upscale=false', [photo(400, 200)]).size).toEqual({
      width: 10,
      height: 5,
    });
  });

  it('grows with the source, the steps and their parameters', () => {
    const ms = (side: number, steps: number): number =>
      of(`hybrid,far=asset:a,mode=reference,steps=${steps}`, [photo(side, side), photo(64, 64)]).ms;
    expect(ms(240, 20)).toBeGreaterThan(1.5 * ms(240, 10));
    expect(ms(480, 10)).toBeGreaterThan(3 * ms(240, 10));
  });

  it('counts steps on the tiniest picture, and rows of the narrowest', () => {
    const tiny = of('hybrid,far=asset:a,steps=1000', [photo(1, 1), photo(1, 1)]).ms;
    expect(tiny).toBeGreaterThan(2000);
    const narrow = of('hybrid,far=asset:a', [photo(1, 60000), photo(1, 1)]).ms;
    const square = of('hybrid,far=asset:a', [photo(245, 245), photo(1, 1)]).ms;
    expect(narrow).toBeGreaterThan(20 * square);
  });

  it('refuses a source, an intermediate and a result over their limits', () => {
    expect(codeOf(() => of('w=10', [photo(1001, 1000)]))).toBe('too_many_pixels');
    expect(codeOf(() => of('w=10', [photo(10, 10), photo(2000, 2000)]))).toBe('too_many_pixels');
    expect(codeOf(() => of('w=600,h=600,fit=cover/w=10', [photo(10, 10)]))).toBe('too_many_pixels');
    expect(codeOf(() => of('f=png', [photo(600, 600)]))).toBe('too_many_pixels');
    expect(codeOf(() => of('w=500', [photo(1000, 1000)]))).toBe('none');
  });

  it('knows no decoder for GIF', () => {
    expect(codeOf(() => of('w=10', [{ ...photo(10, 10), format: 'gif' }]))).toBe(
      'format_unsupported',
    );
  });
});

describe('placement', () => {
  it('refuses what is over the budget or the memory, and says both numbers', () => {
    const heavy = of('hybrid,far=asset:a,mode=reference,steps=100000', [
      photo(100, 100),
      photo(100, 100),
    ]);
    expect(() => place(heavy, limits)).toThrow(
      /at most 100 ms of compute, this plan is estimated at \d{3,} ms/,
    );
    expect(() => place({ ...heavy, ms: 1, bytes: 2 ** 30 }, limits)).toThrow(
      /at most 112 MB of memory, this plan is estimated at 1024 MB/,
    );
    expect(codeOf(() => place({ ...heavy, ms: 100, bytes: 1 }, limits))).toBe('none');
  });
});
