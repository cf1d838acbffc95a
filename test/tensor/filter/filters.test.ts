// Checks filters of neighbouring pixels by SIMD kernels against plain loops, in strips, and while requests take turns.
import { describe, expect, it } from 'vitest';
import { createImage, type Image } from '../../../src/image.ts';
import { edgesOf, slopesOf } from '../../../src/tensor/filter/edges.ts';
import { sharpened } from '../../../src/tensor/filter/sharpen.ts';
import type { PixelKernels, PixelWork } from '../../../src/tensor/pixel-kernels.ts';
import { noPace } from '../../../src/timing.ts';
import { differenceOf, hardKinds, hardPicture } from '../../helpers/files/hard-pictures.ts';
import { kernels } from '../../helpers/pixel-kernels.ts';
import { sharpenedByLoops, slopesByLoops } from '../../oracles/planes.ts';

const work = { kernels, pace: noPace };
const sizes = [
  { width: 60, height: 40 },
  { width: 13, height: 9 },
  { width: 1, height: 5 },
  { width: 3, height: 1 },
];

describe.each(hardKinds)('a %s picture', (kind) => {
  it('is sharpened as by plain loops, to one level', async () => {
    for (const size of sizes) {
      const image = hardPicture(kind, size);
      for (const amount of [0.7, 6]) {
        const { most, share } = differenceOf(
          await sharpened(image, { amount, ...work }),
          await sharpenedByLoops(image, amount),
        );
        expect(most).toBeLessThanOrEqual(1);
        expect(share).toBeLessThan(0.01);
      }
    }
  });

  it.each(['sobel', 'difference'] as const)('has the edges of plain loops: %s', async (kernel) => {
    for (const size of sizes) {
      const image = hardPicture(kind, size);
      const wanted = await slopesByLoops(image, kernel);
      const slopes = await slopesOf(image, { kernel, ...work });
      slopes.forEach((slope, p) => {
        expect(Math.abs(slope - wanted[p]!)).toBeLessThan(2e-6);
      });
      const { image: grey, energy } = await edgesOf(image, { kernel, gain: 2, ...work });
      const painted = createImage(image, image.data.slice());
      wanted.forEach((slope, p) => {
        for (let c = 0; c < 3; c++) painted.data[4 * p + c] = 510 * slope;
      });
      expect(differenceOf(grey, painted).most).toBeLessThanOrEqual(1);
      const sum = wanted.reduce((all, v) => all + v * v, 0);
      expect(energy).toBeCloseTo(sum / wanted.length, 6);
    }
  });
});

type Filter = (image: Image, work: PixelWork) => Promise<Image>;

describe.each<[string, Filter]>([
  ['sharpening', (image, use) => sharpened(image, { amount: 2, ...use })],
  [
    'edges',
    async (image, use) => (await edgesOf(image, { kernel: 'sobel', gain: 1, ...use })).image,
  ],
])('%s', (_, filter) => {
  it('gives the same pixels in strips, and if requests take turns in the memory', async () => {
    const module = kernels();
    const small: PixelKernels = () => ({ ...module, free: module.bytes.length - 4000 });
    for (const kind of ['smooth', 'transparent'] as const) {
      const image = hardPicture(kind, { width: 203, height: 21 });
      const whole = await filter(image, work);
      expect(await filter(image, { kernels: small, pace: noPace })).toEqual(whole);
      const taking = { kernels, pace: async () => {} };
      const other = hardPicture('noise', { width: 101, height: 33 });
      const both = await Promise.all([filter(image, taking), filter(other, taking)]);
      expect(both).toEqual([whole, await filter(other, work)]);
    }
  });
});
