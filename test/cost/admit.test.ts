import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Codec } from '../../src/codecs/codec.ts';
import { decodeCost } from '../../src/codecs/jpeg/cost.ts';
import { admit } from '../../src/cost/admit.ts';
import type { Limits } from '../../src/cost/estimate.ts';
import { effects } from '../../src/effects/index.ts';
import { AppError } from '../../src/errors.ts';
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
    const tight = { edgeBudgetMs: 0.5 * decide(hybrid, big, {}, true).estimate.ms };
    const error = refusalOf(hybrid, big, tight);
    const w = /with w=(\d+) in front/.exec(error.message)?.[1];
    expect(decide(`w=${w}/${hybrid}`, big, tight).place).toBe('edge');
    expect(refusalOf(`w=${Number(w) + 1}/${hybrid}`, big, tight).code).toBe('over_budget');
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

  it('decodes and encodes nothing', () => {
    // The fake codecs reject every decode and encode.
    for (const text of ['w=60', 'pixelate', 'rotate=90,w=9']) {
      expect(decide(text).place).toBe('edge');
    }
  });
});

describe('a refusal by the first bytes of a file whose length is unknown', () => {
  const MOST_BYTES = 4e6;
  const jpeg: Codec = { ...fakeCodecs.jpeg!, decodeCost };
  const decideOn = (text: string, lengths: { byteLength: number; mostBytes?: number }) =>
    admit(
      parsePlan(text.split('/'), effects),
      [header(1600, 1200), header(256, 256)].map((each, i) => ({
        header: each,
        converted: 'no' as const,
        ...(i === 0 ? lengths : { byteLength: 1000 }),
      })),
      {
        codecs: { ...fakeCodecs, jpeg },
        limits,
        choose: () => [{ format: 'webp', lossless: false }],
        places: ['edge'],
      },
    );
  /** The plan as the error proposes it; undefined if it proposes no number. */
  const proposed = (text: string, { message }: AppError): string | undefined => {
    const [, param, value, height] = /; (\w+) ≤ (\d+)(?: with h ≤ (\d+))? fits/.exec(message) ?? [];
    const [, width] = /; with w=(\d+) in front it fits/.exec(message) ?? [];
    if (param) {
      const better = text.replace(new RegExp(`\\b${param}=\\d+`), `${param}=${value}`);
      return height ? better.replace(/\bh=\d+/, `h=${height}`) : better;
    }
    return width && `w=${width}/${text}`;
  };

  it('proposes only what is accepted when the file is there, of whatever length it is', () => {
    const plans = fc.constantFrom(
      `w=200/${hybrid},mode=reference,steps=5000`,
      `${hybrid},mode=reference,steps=5000`,
      `w=700,h=500,fit=cover/${hybrid},mode=reference,steps=90`,
    );
    let proposals = 0;
    fc.assert(
      fc.property(plans, fc.nat(1000), fc.nat(1000), (text, arrived, rest) => {
        const byteLength = Math.round((MOST_BYTES * rest) / 1000);
        const start = Math.round((byteLength * arrived) / 1000);
        let error: unknown;
        try {
          decideOn(text, { byteLength: start, mostBytes: MOST_BYTES });
        } catch (thrown) {
          error = thrown;
        }
        expect(error).toBeInstanceOf(AppError);
        const better = proposed(text, error as AppError);
        if (better === undefined) return;
        proposals++;
        expect(decideOn(better, { byteLength }).place).toBe('edge');
      }),
    );
    expect(proposals).toBeGreaterThan(50);
  });
});
