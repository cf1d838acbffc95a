// Checks how many frames of an animation an answer keeps, and where such a plan runs.
import { describe, expect, it } from 'vitest';
import type { Codecs } from '../../src/codecs/codec.ts';
import { MOST_FRAMES } from '../../src/codecs/most-frames.ts';
import { admit } from '../../src/cost/admit.ts';
import { effects } from '../../src/effects/index.ts';
import { AppError } from '../../src/errors.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { fakeCodecs, header } from '../helpers/services/fake-codecs.ts';

const never = (): never => {
  throw new Error('a pixel was asked for');
};
/** A thousand units without a rate are a millisecond. */
const FRAME_MS = 10;
const KEPT_BYTES = 2 ** 20;
const codecs: Codecs = {
  ...fakeCodecs,
  webp: {
    ...fakeCodecs.webp!,
    frameReader: { open: never, cost: () => ({ work: {}, bytes: 0 }) },
    frameWriter: {
      begin: never,
      cost: () => ({ work: { units: 1000 * FRAME_MS }, bytes: 0, kept: KEPT_BYTES }),
    },
  },
};
const megabytes = (mib: number) => mib * 2 ** 20;

function decide(
  text: string,
  {
    frames = 30,
    gpu = false,
    memory = 1000,
  }: { frames?: number; gpu?: boolean; memory?: number } = {},
) {
  const file = header(64, 64, { format: 'webp', frames });
  const files = [{ header: file, byteLength: 1000, converted: 'no' as const }];
  return admit(parsePlan(text.split('/'), effects), files, {
    codecs,
    limits: {
      maxSourcePixels: 1e8,
      maxResultPixels: 4e6,
      edgeBudgetMs: 600,
      edgeMemoryBytes: megabytes(memory),
    },
    choose: () => [{ format: 'webp', lossless: false }],
    places: gpu ? ['edge', 'gpu'] : ['edge'],
  });
}

const refusalOf = (...args: Parameters<typeof decide>): AppError => {
  try {
    decide(...args);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('it was admitted');
};

describe('the frames of an animation', () => {
  it('are all kept if that is within the budget, and each costs the same', () => {
    const { estimate, place } = decide('f=webp');
    expect([estimate.frames, place]).toEqual([30, 'edge']);
    const { estimate: fewer } = decide('f=webp', { frames: 20 });
    expect(estimate.ms - fewer.ms).toBeCloseTo(10 * FRAME_MS, 6);
  });

  it.each(['anim=false,f=webp', 'f=json'])('are not kept by %s', (plan) => {
    expect(decide(plan).estimate.frames).toBe(1);
  });

  it('over the budget go to the GPU backend, or are refused with the number that fits', () => {
    expect(decide('f=webp', { frames: 500, gpu: true })).toMatchObject({
      place: 'gpu',
      estimate: { frames: 500 },
    });
    const { code, param, message } = refusalOf('f=webp', { frames: 500 });
    expect([code, param]).toEqual(['over_budget', 'anim']);
    const [, most] = /it has 500 frames, and (\d+) fit/.exec(message) ?? [];
    expect(decide('f=webp', { frames: Number(most) }).estimate.frames).toBe(Number(most));
    expect(refusalOf('f=webp', { frames: Number(most) + 1 }).code).toBe('over_budget');
  });

  it('are refused wherever the plan could run if they are more than are read, but the first is shown', () => {
    const frames = MOST_FRAMES + 1;
    for (const gpu of [false, true]) {
      expect(refusalOf('f=webp', { frames, gpu })).toMatchObject({
        code: 'over_budget',
        param: 'anim',
        message: expect.stringContaining(`at most ${MOST_FRAMES} frames`),
      });
      for (const plan of ['f=json', 'f=auto', 'anim=false,f=webp']) {
        expect(decide(plan, { frames, gpu }).estimate.frames).toBe(1);
      }
    }
  });

  it('count twice in memory, as they are kept and in the file', () => {
    expect(decide('f=webp', { memory: 61 }).estimate.frames).toBe(30);
    expect(refusalOf('f=webp', { memory: 59 }).code).toBe('over_budget');
  });

  it('over the budget are reduced to the first by f=auto, at the edge', () => {
    expect(decide('f=auto').estimate.frames).toBe(30);
    for (const gpu of [false, true]) {
      expect(decide('f=auto', { frames: 500, gpu })).toMatchObject({
        place: 'edge',
        estimate: { frames: 1 },
      });
    }
  });
});
