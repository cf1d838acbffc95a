import { describe, expect, it } from 'vitest';
import { predictStyle } from '../../../src/nets/magenta/predictor.ts';
import { createPace, noPace } from '../../../src/timing.ts';
import {
  expectNoLeaks,
  largestDifference,
  noisePicture,
} from '../../helpers/files/rgb-pictures.ts';
import { plainPredictor } from '../../helpers/nets/plain-magenta.ts';
import { seededPredictor } from '../../helpers/nets/seeded-fast-style.ts';

const weights = seededPredictor();

describe('the predictor of style vectors', () => {
  it.each([
    { width: 1, height: 1 },
    { width: 5, height: 3 },
    { width: 16, height: 16 },
    { width: 61, height: 58 },
  ])('agrees with its plain transcription at $width × $height', async (size) => {
    const picture = noisePicture(size);
    const vector = await predictStyle(picture, { weights, pace: noPace });
    const expected = plainPredictor(picture, weights);
    const scale = expected.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    expect(vector).toHaveLength(100);
    expect(scale).toBeGreaterThan(0.1);
    expect(largestDifference(vector, expected) / scale).toBeLessThan(2e-5);
  });

  it('depends on positions and brightness', async () => {
    const picture = noisePicture({ width: 32, height: 32 });
    const vectorOf = (data: Float32Array) =>
      predictStyle({ ...picture, data }, { weights, pace: noPace });
    const own = await vectorOf(picture.data);
    for (const change of [picture.data.map((v) => v / 2), picture.data.toReversed()])
      expect(largestDifference(own, await vectorOf(change))).toBeGreaterThan(1e-3);
  });

  it('leaves no tensors behind, not even when it is stopped', async () => {
    const picture = noisePicture({ width: 16, height: 16 });
    await expectNoLeaks((pace) => predictStyle(picture, { weights, pace }));
  });

  it('does not change its picture and its weights', async () => {
    const picture = noisePicture({ width: 16, height: 16 });
    const before = picture.data.slice();
    const first = await predictStyle(picture, { weights, pace: noPace });
    expect(picture.data).toEqual(before);
    expect(await predictStyle(picture, { weights, pace: noPace })).toEqual(first);
  });

  it('lets other work run in between', async () => {
    let pauses = 0;
    const pace = createPace(async () => {
      pauses++;
    }, 100);
    await predictStyle(noisePicture({ width: 16, height: 16 }), { weights, pace });
    expect(pauses).toBeGreaterThan(2);
  });

  it('names the layer that a file lacks', async () => {
    const short = new Map(weights);
    short.delete('block7.depthwise.scale');
    const run = predictStyle(noisePicture({ width: 4, height: 4 }), {
      weights: short,
      pace: noPace,
    });
    await expect(run).rejects.toMatchObject({
      code: 'model_missing',
      message: expect.stringMatching(/block7\.depthwise\.scale.*npm run models fast-style/),
    });
  });
});
