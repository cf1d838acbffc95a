import { describe, expect, it } from 'vitest';
import { transferStyleSeparable } from '../../../src/nets/magenta/separable.ts';
import { noPace } from '../../../src/pace.ts';
import {
  expectNoLeaks,
  largestDifference,
  noisePicture,
} from '../../helpers/files/rgb-pictures.ts';
import { plainSeparable } from '../../helpers/nets/plain-magenta-separable.ts';
import { seededSeparable } from '../../helpers/nets/seeded-separable.ts';

const weights = seededSeparable([16, 16, 32]);
const vector = Float32Array.from({ length: 100 }, (_, i) => Math.sin(i));

describe('the larger network of fast style transfer', () => {
  it.each([
    { width: 1, height: 1 },
    { width: 5, height: 3 },
    { width: 3, height: 50 },
    { width: 16, height: 16 },
    { width: 61, height: 58 },
  ])('agrees with its plain transcription at $width × $height', async (size) => {
    const content = noisePicture(size);
    const result = await transferStyleSeparable(content, vector, { weights, pace: noPace });
    const expected = plainSeparable(content, vector, weights);
    expect(result).toMatchObject(size);
    expect(largestDifference(result.data, expected.data)).toBeLessThan(1e-4);
  });

  it('leaves no tensors behind, not even when it is stopped', async () => {
    const content = noisePicture({ width: 18, height: 10 });
    await expectNoLeaks((pace) => transferStyleSeparable(content, vector, { weights, pace }));
  });

  it('says which layer a file lacks', async () => {
    const short = new Map(weights);
    short.delete('residual3.conv2.pointwise.weight');
    const content = noisePicture({ width: 8, height: 8 });
    const run = transferStyleSeparable(content, vector, { weights: short, pace: noPace });
    await expect(run).rejects.toMatchObject({
      code: 'model_missing',
      message: expect.stringMatching(/residual3\.conv2.*npm run models fast-style-large/),
    });
  });
});
