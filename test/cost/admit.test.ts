import { describe, expect, it } from 'vitest';
import { admit } from '../../src/cost/admit.ts';
import type { Limits } from '../../src/cost/estimate.ts';
import { effects } from '../../src/effects/index.ts';
import type { AppError } from '../../src/errors.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { fakeCodecs, header } from '../helpers/services/fake-codecs.ts';

const limits: Limits = {
  maxSourcePixels: 1e8,
  maxResultPixels: 4e6,
  edgeBudgetMs: 600,
  edgeMemoryBytes: 72 * 2 ** 20,
  edgeHeapBytes: 2 ** 30,
};
const hybrid = 'hybrid,far=asset:a';
const pair = [header(256, 256), header(256, 256)];

function decide(
  text: string,
  headers = [header(256, 256)],
  more: Partial<Limits> = {},
  gpu = false,
) {
  const files = headers.map((h) => ({ header: h, byteLength: 1000, converted: 'no' as const }));
  return admit(parsePlan(text.split('/'), effects), files, {
    codecs: fakeCodecs,
    limits: { ...limits, ...more },
    choose: () => [{ format: 'webp', lossless: false }],
    places: gpu ? ['edge', 'gpu'] : ['edge'],
  });
}

function refusalOf(...args: Parameters<typeof decide>): AppError {
  try {
    decide(...args);
  } catch (error) {
    return error as AppError;
  }
  throw new Error('it was admitted');
}

const valueIn = ({ value }: { value: number }) => value;

describe('the decision about a plan', () => {
  it('sends plans that fit to the edge, and the others to a GPU backend if there is one', () => {
    expect(decide('w=60').place).toBe('edge');
    expect(decide(`${hybrid},steps=5000`, pair, {}, true).place).toBe('gpu');
    expect(refusalOf(`${hybrid},steps=5000`, pair).code).toBe('over_budget');
  });

  it('keeps a margin over the estimate', () => {
    const { ms } = decide(hybrid, pair).estimate;
    expect(decide(hybrid, pair, { edgeBudgetMs: 1.6 * ms }).place).toBe('edge');
    expect(refusalOf(hybrid, pair, { edgeBudgetMs: 1.4 * ms }).message).toContain(
      `this plan is estimated at ${Math.ceil(ms)} ms`,
    );
  });

  it('proposes the largest number of steps that fits, and that is correct', () => {
    const error = refusalOf(`${hybrid},mode=reference,steps=5000`, pair);
    expect(error.param).toBe('steps');
    const most = Number(/steps ≤ (\d+) fits/.exec(error.message)?.[1]);
    expect(most).toBeGreaterThan(1);
    expect(decide(`${hybrid},mode=reference,steps=${most}`, pair).place).toBe('edge');
    expect(refusalOf(`${hybrid},mode=reference,steps=${most + 1}`, pair).code).toBe('over_budget');
  });

  it('proposes the largest width that fits, and that is correct', () => {
    const tight = { edgeMemoryBytes: 8 * 2 ** 20 };
    const error = refusalOf('w=1600', [header(4000, 3000)], tight);
    const most = Number(/w ≤ (\d+) fits/.exec(error.message)?.[1]);
    expect(decide(`w=${most}`, [header(4000, 3000)], tight).place).toBe('edge');
    expect(refusalOf(`w=${most + 1}`, [header(4000, 3000)], tight).code).toBe('over_budget');
  });

  it('proposes a resize in front if the plan has none', () => {
    const big = [header(1900, 1900), header(256, 256)];
    const error = refusalOf(hybrid, big);
    const w = /with w=(\d+) in front/.exec(error.message)?.[1];
    expect(decide(`w=${w}/${hybrid}`, big).place).toBe('edge');
    expect(refusalOf(`w=${Number(w) + 1}/${hybrid}`, big).code).toBe('over_budget');
  });

  it('takes as many automatic steps as fit, up to the most that the effect can use', () => {
    expect(decide(hybrid, pair).autos.map(valueIn)).toEqual([1]);
    expect(decide(`${hybrid},mode=frequency`, pair).autos.map(valueIn)).toEqual([0]);
    const { autos, estimate, plan } = decide(`${hybrid},mode=reference`, pair);
    const taken = autos[0]?.value as number;
    expect(taken).toBeGreaterThan(5);
    expect(taken).toBeLessThan(200);
    expect(plan.steps[0]?.params.steps).toBe(taken);
    expect(1.5 * estimate.ms).toBeLessThanOrEqual(600);
    expect(refusalOf(`${hybrid},mode=reference,steps=${taken + 1}`, pair).code).toBe('over_budget');
    expect(
      decide(`${hybrid},mode=reference`, pair, { edgeBudgetMs: 1e6 }).autos.map(valueIn),
    ).toEqual([200]);
  });

  it('refuses a plan if not even one automatic step fits', () => {
    const { code, message } = refusalOf(`${hybrid},mode=reference`, pair, { edgeBudgetMs: 5 });
    expect(code).toBe('over_budget');
    expect(message).toMatch(/; a GPU backend \(GPU_BACKENDS\) would run it as it is$/);
  });

  it('lets the decoder leave less than twice the pixels if memory is short', () => {
    const photo = [header(8000, 6000)];
    expect(decide('w=600', photo).estimate.shrinks).toEqual([4]);
    expect(decide('w=600', photo, { edgeMemoryBytes: 12 * 2 ** 20 }).estimate.shrinks).toEqual([8]);
  });

  it('asks no codec for pixels', () => {
    // The fake codecs reject every decode and encode.
    for (const text of ['w=60', 'pixelate', 'rotate=90,w=9']) {
      expect(decide(text).place).toBe('edge');
    }
  });
});
