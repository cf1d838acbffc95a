import { describe, expect, it } from 'vitest';
import { ownedBy, priceOf } from '../../src/cost/rates.ts';
import { effects } from '../../src/effects/index.ts';
import type { Image, Size } from '../../src/image.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { runPlan } from '../../src/render/run.ts';
import { paint } from '../helpers/files/pictures.ts';
import { kernels } from '../helpers/pixel-kernels.ts';

/** Predicted milliseconds of the only step of a plan, and how often it yields. */
async function yieldsOf(
  segments: string,
  image: Image,
  further: Record<string, Image> = {},
): Promise<{ predictedMs: number; yields: number }> {
  const plan = parsePlan(segments.split('/'), effects);
  const { effect, params } = plan.steps[0]!;
  const { work } = effect.cost(image, params, { shrink: 1 });
  const predictedMs = priceOf(ownedBy(effect.name, work));
  let yields = 0;
  const pause = async (): Promise<void> => {
    yields++;
  };
  const inputs = { further: new Map(Object.entries(further)), stepMs: [predictedMs] };
  await runPlan(plan, { ...inputs, image, reports: false }, { now: () => 0, pause, kernels });
  return { predictedMs, yields };
}

const noisy = (size: Size): Image =>
  paint(size, (x, y) => [x & 255, y & 255, Math.imul(x + 7 * y, 0x9e3779b1) >>> 24]);

describe('a step', () => {
  const square = noisy({ width: 512, height: 512 });
  const photo = noisy({ width: 2048, height: 1536 });

  it.each([
    ['hybrid,far=asset:far', square],
    ['hybrid,far=asset:far,preview=pyramid', square],
    ['blur=6', photo],
    ['w=1000', photo],
    ['w=300,h=300,fit=cover,gravity=auto', photo],
    ['sharpen=1', photo],
    ['edges', photo],
    ['saturation=1.8', photo],
    ['pixelate,block=4,cells=detail,palette=auto,dither=bayer4,outline=0.5', square],
  ])('yields about every 10 ms of its predicted time: %s', async (segments, image) => {
    const { predictedMs, yields } = await yieldsOf(segments, image, {
      'asset:far': noisy({ width: 700, height: 600 }),
    });
    expect(predictedMs).toBeGreaterThan(20);
    expect(yields).toBeGreaterThan(predictedMs / 20);
    expect(yields).toBeLessThan(predictedMs / 5);
  });
});
