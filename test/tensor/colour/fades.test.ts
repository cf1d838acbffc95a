// Checks fades and tones by SIMD kernels against plain loops.
import { describe, expect, it } from 'vitest';
import { mapTones } from '../../../src/tensor/colour/pointwise.ts';
import { type RadialFade, radiallyFaded } from '../../../src/tensor/colour/radial-fade.ts';
import { noPace } from '../../../src/timing.ts';
import { differenceOf, hardKinds, hardPicture } from '../../helpers/files/hard-pictures.ts';
import { kernels } from '../../helpers/pixel-kernels.ts';
import { fadedByLoops, tonedByLoops } from '../../oracles/fades.ts';

const work = { kernels, pace: noPace };

const sizes = [
  { width: 131, height: 97 },
  { width: 3, height: 2 },
  { width: 1, height: 5 },
];

const fades: RadialFade[] = [
  { radius: 0.3, ramp: 0.7, strength: 0.6, colour: { r: 0, g: 0, b: 0 } },
  { radius: 0.5, ramp: 0.02, strength: 1, colour: { r: 1, g: 0.4, b: 0.02 } },
];

describe.each(hardKinds)('a %s picture', (kind) => {
  it('fades as by plain loops, to one level', async () => {
    for (const size of sizes) {
      for (const fade of fades) {
        const image = hardPicture(kind, size);
        const faded = await radiallyFaded(image, fade, work);
        const { most, share } = differenceOf(faded, fadedByLoops(image, fade));
        expect(most).toBeLessThanOrEqual(1);
        expect(share).toBeLessThan(0.01);
      }
    }
  });

  it('fades the same if other requests use the memory meanwhile', async () => {
    const image = hardPicture(kind, sizes[0]!);
    const taking = {
      kernels,
      pace: async () => {
        const { bytes, free } = kernels();
        bytes.fill(255, free);
      },
    };
    const [fade] = fades as [RadialFade];
    const alone = await radiallyFaded(image, fade, work);
    expect(await radiallyFaded(image, fade, taking)).toEqual(alone);
  });

  it('gets the tones of plain loops, to one level, and keeps its alpha', async () => {
    const count = 4081;
    const tones = Float32Array.from({ length: 4 * count }, (_, i) => {
      const t = (i >> 2) / (count - 1);
      return [0.02 + 0.9 * t * t, 0.5 - 0.5 * t, 1.1 * t - 0.05, 0][i & 3]!;
    });
    const image = hardPicture(kind, sizes[0]!);
    for (const amount of [1, 0.35]) {
      const toned = await mapTones(image, { tones, amount }, work);
      const { most, share } = differenceOf(toned, tonedByLoops(image, { tones, amount }));
      expect(most).toBeLessThanOrEqual(1);
      expect(share).toBeLessThan(0.01);
    }
  });
});

it('fades rows that are longer than one call', async () => {
  const image = hardPicture('smooth', { width: 8192 + 130, height: 3 });
  const [fade] = fades as [RadialFade];
  const { most } = differenceOf(await radiallyFaded(image, fade, work), fadedByLoops(image, fade));
  expect(most).toBeLessThanOrEqual(1);
});
