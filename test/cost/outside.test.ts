import { describe, expect, it } from 'vitest';
import type { Probe } from '../../src/codecs/codec.ts';
import { admit } from '../../src/cost/admit.ts';
import type { Limits } from '../../src/cost/estimate.ts';
import type { Outside } from '../../src/cost/outside.ts';
import type { SourceFile } from '../../src/cost/source-file.ts';
import { effects } from '../../src/effects/index.ts';
import { AppError } from '../../src/errors.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { fakeCodecs, header } from '../helpers/services/fake-codecs.ts';

const limits: Limits = {
  maxSourcePixels: 1e8,
  maxResultPixels: 4e6,
  edgeBudgetMs: 600,
  edgeMemoryBytes: 34 * 2 ** 20,
};
const webp = (width: number, height: number, more: Partial<Probe> = {}) =>
  header(width, height, { format: 'webp', ...more });
const codecs = { ...fakeCodecs, png: fakeCodecs.jpeg! };
const there: Outside = { takes: () => true, configured: true };

function decide(
  text: string,
  headers: Probe[],
  { outside, gpu = false }: { outside?: Outside; gpu?: boolean } = {},
) {
  const files = headers.map((h) => ({ header: h, byteLength: 1000, converted: 'no' as const }));
  return admit<SourceFile>(parsePlan(text.split('/'), effects), files, {
    codecs,
    limits,
    choose: () => [{ format: 'webp', lossless: false }],
    places: gpu ? ['edge', 'gpu'] : ['edge'],
    outside,
  });
}

const outsideOf = (...args: Parameters<typeof decide>): boolean[] =>
  decide(...args).files.map(({ outside }) => outside !== undefined);

function refusalOf(...args: Parameters<typeof decide>): AppError {
  try {
    decide(...args);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('it was admitted');
}

describe('the decision about files that another decoder shrinks', () => {
  it('leaves files here that fit here', () => {
    expect(outsideOf('w=400', [webp(2000, 1500)], { outside: there })).toEqual([false]);
    expect(outsideOf('w=400', [header(8000, 6000)], { outside: there })).toEqual([false]);
  });

  it('has a file that does not fit decoded outside, rather than the plan run on a GPU backend', () => {
    expect(outsideOf('w=400', [webp(6000, 4000)], { outside: there })).toEqual([true]);
    const { place } = decide('w=400', [webp(6000, 4000)], { outside: there, gpu: true });
    expect(place).toBe('edge');
  });

  it('has only the file that needs it decoded outside', () => {
    const files = [header(900, 600), webp(6000, 4000)];
    expect(outsideOf('w=200/hybrid,far=asset:a', files, { outside: there })).toEqual([false, true]);
    const heic = [header(4000, 3000), header(900, 600, { format: 'heic' })];
    expect(outsideOf('w=200/hybrid,far=asset:a', heic, { outside: there })).toEqual([false, true]);
  });

  it('keeps the work of its own decoders out of the estimate', () => {
    const { estimate } = decide('w=400', [webp(6000, 4000)], { outside: there });
    expect(estimate.bytes).toBeLessThan(2 ** 24);
    expect(estimate.shrinks[0]).toBeGreaterThan(5);
    expect(estimate.size).toEqual({ width: 400, height: 267 });
  });

  it('leaves files that the other decoder does not take', () => {
    const outside = { ...there, takes: () => false };
    const error = refusalOf('w=400', [webp(6000, 4000)], { outside });
    expect(error.message).toMatch(/fits; a GPU backend \(GPU_BACKENDS\) would run it as it is$/);
    expect(decide('w=400', [webp(6000, 4000)], { outside, gpu: true }).place).toBe('gpu');
  });

  it('advises to have one if it would help, and only then', () => {
    const outside = { ...there, configured: false };
    expect(refusalOf('w=400', [webp(6000, 4000)], { outside }).message).toMatch(
      /; an Images binding \(IMAGES\) would read it or a GPU backend \(GPU_BACKENDS\) would run it as it is$/,
    );
    const long = 'hybrid,far=asset:a,mode=reference,steps=90000';
    const error = refusalOf(long, [header(256, 256), header(256, 256)], { outside });
    expect(error.message).not.toContain('IMAGES');
    expect(refusalOf('w=400', [header(900, 600, { format: 'heic' })], { outside })).toMatchObject({
      code: 'format_unsupported',
      message: expect.stringMatching(/an Images binding \(IMAGES\) would read it$/),
    });
  });

  it('refuses a picture over the limits all the same', () => {
    const error = refusalOf('w=400', [webp(12_000, 12_000)], { outside: there });
    expect(error.code).toBe('too_many_pixels');
  });
});
