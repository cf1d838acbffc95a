import { describe, expect, it } from 'vitest';
import { transferStyle } from '../../../src/nets/magenta/transform.ts';
import { noPace } from '../../../src/timing.ts';
import {
  expectNoLeaks,
  largestDifference,
  noisePicture,
} from '../../helpers/files/rgb-pictures.ts';
import { plainTransfer } from '../../helpers/nets/plain-magenta.ts';
import { seededFastStyle } from '../../helpers/nets/seeded-fast-style.ts';

const weights = seededFastStyle();
const vector = Float32Array.from({ length: 100 }, (_, i) => Math.sin(i));

describe('the small network of fast style transfer', () => {
  it.each([
    { width: 1, height: 1 },
    { width: 5, height: 3 },
    { width: 3, height: 50 },
    { width: 16, height: 16 },
    { width: 61, height: 58 },
    { width: 64, height: 64 },
  ])('agrees with its plain transcription at $width × $height', async (size) => {
    const content = noisePicture(size);
    const result = await transferStyle(content, vector, { weights, pace: noPace });
    const expected = plainTransfer(content, vector, weights);
    expect(result).toMatchObject(size);
    expect(largestDifference(result.data, expected.data)).toBeLessThan(1e-4);
  });

  it('paints differently with another vector', async () => {
    const content = noisePicture({ width: 24, height: 20 });
    const paint = (style: Float32Array) => transferStyle(content, style, { weights, pace: noPace });
    const [one, other] = [await paint(vector), await paint(vector.map((v) => -v))];
    expect(largestDifference(one.data, other.data)).toBeGreaterThan(0.1);
  });

  it('leaves no tensors behind, not even when it is stopped', async () => {
    const content = noisePicture({ width: 18, height: 10 });
    await expectNoLeaks((pace) => transferStyle(content, vector, { weights, pace }));
  });

  it('does not change its picture, the vector and the weights', async () => {
    const content = noisePicture({ width: 18, height: 10 });
    const before = [content.data.slice(), vector.slice()];
    const first = await transferStyle(content, vector, { weights, pace: noPace });
    expect([content.data, vector]).toEqual(before);
    expect(await transferStyle(content, vector, { weights, pace: noPace })).toEqual(first);
  });

  it('names the layer that a file lacks', async () => {
    const short = new Map(weights);
    short.delete('residual3.conv2.gamma.bias');
    const content = noisePicture({ width: 8, height: 8 });
    const run = transferStyle(content, vector, { weights: short, pace: noPace });
    await expect(run).rejects.toMatchObject({
      code: 'model_missing',
      message: expect.stringMatching(/residual3\.conv2/),
    });
  });
});
