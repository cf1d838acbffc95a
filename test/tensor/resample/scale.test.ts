// Checks scaling by SIMD kernels against plain loops, in a memory that is too small for whole rows, and while requests take turns.
import { describe, expect, it } from 'vitest';
import type { Image, Size } from '../../../src/image.ts';
import type { PixelKernels } from '../../../src/tensor/pixel-kernels.ts';
import { boxAxis } from '../../../src/tensor/resample/axis.ts';
import { imageSource } from '../../../src/tensor/resample/light-rows.ts';
import { resampledLight } from '../../../src/tensor/resample/resample.ts';
import { scaled } from '../../../src/tensor/resample/scale.ts';
import { noPace, type Pace } from '../../../src/timing.ts';
import { differenceOf, hardKinds, hardPicture } from '../../helpers/files/hard-pictures.ts';
import { paint } from '../../helpers/files/pictures.ts';
import { kernels } from '../../helpers/pixel-kernels.ts';
import {
  imageOfLight,
  lightOfImage,
  resampledByLoops,
  type Scaling,
  scaledByLoops,
} from '../../oracles/resample-loops.ts';

const scaledBy = (image: Image, options: Scaling, pace: Pace = noPace) =>
  scaled(image, options, { kernels, pace });

const sizes: [Size, Scaling][] = [
  [
    { width: 256, height: 192 },
    { width: 64, height: 48 },
  ],
  [
    { width: 201, height: 97 },
    { width: 120, height: 50 },
  ],
  [
    { width: 61, height: 43 },
    { width: 130, height: 130 },
  ],
  [
    { width: 400, height: 300 },
    { width: 9, height: 7 },
  ],
  [
    { width: 7, height: 5 },
    { width: 3, height: 2 },
  ],
  [
    { width: 1, height: 1 },
    { width: 5, height: 4 },
  ],
  [
    { width: 90, height: 80 },
    {
      width: 31,
      height: 40,
      crop: { x: { begin: 12.4, length: 50.5 }, y: { begin: 3, length: 60 } },
    },
  ],
  [
    { width: 90, height: 80 },
    { width: 31, height: 40, crop: { x: { begin: 12, length: 31 }, y: { begin: 3, length: 40 } } },
  ],
];

describe.each(hardKinds)('a %s picture', (kind) => {
  it.each(sizes)(
    'of %j scaled to %j differs from plain loops by one level at most',
    async (size, options) => {
      const image = hardPicture(kind, size);
      const { most, share } = differenceOf(
        await scaledBy(image, options),
        imageOfLight(scaledByLoops(lightOfImage(image), options)),
      );
      expect(most).toBeLessThanOrEqual(1);
      expect(share).toBeLessThan(0.005);
    },
  );
});

describe('scaling', () => {
  it('keeps a flat colour flat at transparent edges', async () => {
    const disc = paint({ width: 300, height: 300 }, (x, y) =>
      Math.hypot(x - 150, y - 140) < 90 ? [200, 60, 60] : [0, 0, 0, 0],
    );
    for (const side of [100, 37, 450]) {
      const { data } = await scaledBy(disc, { width: side, height: side });
      const colours = new Map<string, number>();
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3]! <= 40) continue;
        const colour = data.subarray(i, i + 3).join();
        colours.set(colour, (colours.get(colour) ?? 0) + 1);
      }
      expect([...colours.keys()]).toEqual(['200,60,60']);
      expect(colours.get('200,60,60')).toBeGreaterThan(0.2 * side * side);
    }
  });

  it('gives the same pixels in strips as at once', async () => {
    const module = kernels();
    for (const kind of ['smooth', 'transparent'] as const) {
      for (const options of [
        { width: 300, height: 40 },
        { width: 12, height: 10 },
      ]) {
        const image = hardPicture(kind, { width: 900, height: 130 });
        const whole = await scaledBy(image, options);
        const small: PixelKernels = () => ({ ...module, free: module.bytes.length - 110_000 });
        const strips = await scaled(image, options, { kernels: small, pace: noPace });
        expect(strips).toEqual(whole);
      }
    }
  });

  it('takes means of cells that do not fit into the memory at once', async () => {
    const module = kernels();
    const image = hardPicture('transparent', { width: 700, height: 500 });
    const axes = { columns: boxAxis(700, [0, 650.5, 700]), rows: boxAxis(500, [0, 3, 500]) };
    const wanted = resampledByLoops(lightOfImage(image), axes);
    for (const free of [module.free, module.bytes.length - 120_000, module.bytes.length - 60_000]) {
      const small: PixelKernels = () => ({ ...module, free });
      const work = { ...axes, kernels: small, pace: noPace };
      const { data } = await resampledLight(imageSource(image), work);
      data.forEach((v, i) => {
        expect(v).toBeCloseTo(wanted.data[i]!, 4);
      });
    }
  });

  it('refuses a memory that is too small for a single column', async () => {
    const none: PixelKernels = () => ({ ...kernels(), free: kernels().bytes.length - 1000 });
    const image = hardPicture('smooth', { width: 900, height: 130 });
    const work = { kernels: none, pace: noPace };
    await expect(scaled(image, { width: 30, height: 4 }, work)).rejects.toThrow(RangeError);
  });

  it('gives the same pixels if requests take turns in the memory', async () => {
    const images = (['smooth', 'noise', 'transparent'] as const).map((kind) =>
      hardPicture(kind, { width: 120, height: 90 }),
    );
    const options = { width: 50, height: 41 };
    const alone = await Promise.all(images.map((image) => scaledBy(image, options)));
    let turns = 0;
    const taking: Pace = async () => {
      turns++;
    };
    const together = await Promise.all(images.map((image) => scaledBy(image, options, taking)));
    expect(together).toEqual(alone);
    expect(turns).toBeGreaterThan(20);
  });

  it('reports shares that add up to one', async () => {
    let sum = 0;
    const image = hardPicture('smooth', { width: 120, height: 90 });
    await scaledBy(image, { width: 50, height: 41 }, (share) => {
      sum += share;
      return undefined;
    });
    expect(sum).toBeCloseTo(1, 6);
  });
});
