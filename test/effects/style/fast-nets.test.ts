// The step `style` with the engine fast and real networks with seeded weights.
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { effects } from '../../../src/effects/index.ts';
import type { Image } from '../../../src/image.ts';
import { parsePlan } from '../../../src/plan/grammar.ts';
import { noPace, type Pace } from '../../../src/timing.ts';
import { maxDifference, paint } from '../../helpers/files/pictures.ts';
import { seededFastStyle, seededPredictor } from '../../helpers/nets/seeded-fast-style.ts';
import { kernels } from '../../helpers/pixel-kernels.ts';

const models = { 'fast-style': seededFastStyle(), 'fast-style-predictor': seededPredictor() };
const vector = Float32Array.from({ length: 100 }, (_, i) => Math.sin(i));
const image = paint({ width: 52, height: 37 }, (x, y) => [5 * x, 6 * y, x < 26 ? 60 : 190]);

async function styled(options: string, pace: Pace = noPace): Promise<Image> {
  const [step] = parsePlan([`style,style=asset:a,${options}`], effects).steps;
  const picture = image;
  const result = await step!.effect.run({
    picture,
    shrunk: { full: picture, factor: 1, left: 0, top: 0 },
    inputs: { style: [] },
    vectors: { style: [vector] },
    params: step!.params,
    reports: false,
    kernels,
    model: async (name) => models[name as keyof typeof models],
    pace,
  });
  return result.picture;
}

describe('style with the engine fast', () => {
  it('paints without leaving tensors behind', async () => {
    const before = memory().numTensors;
    const result = await styled('size=2048');
    expect([result.width, result.height]).toEqual([52, 37]);
    expect(maxDifference(result, image)).toBeGreaterThan(20);
    const small = await styled('size=32,color=content');
    expect([small.width, small.height]).toEqual([52, 37]);
    expect(memory().numTensors).toBe(before);
  });

  it('leaves no tensors behind if it is stopped', async () => {
    const before = memory().numTensors;
    for (const least of [1, 10, 20]) {
      let calls = 0;
      const stop = styled('size=32', () => {
        if (++calls === least) throw new RangeError('given up');
        return undefined;
      });
      await expect(stop).rejects.toThrow('given up');
    }
    expect(memory().numTensors).toBe(before);
  });

  it('paints differently with less strength', async () => {
    const [whole, half] = [await styled('size=32'), await styled('size=32,strength=0.5')];
    expect(maxDifference(whole, half)).toBeGreaterThan(2);
  });
});
