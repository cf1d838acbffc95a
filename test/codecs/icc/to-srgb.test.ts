// Compares conversions with those of a colour-managed program (lcms, by sharp) on the same files.
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ciede2000, type Lab, labsOf } from '../../../bench/pictures/ciede2000.ts';
import { profileOfCodes } from '../../../src/codecs/icc/code-points.ts';
import { findProfile } from '../../../src/codecs/icc/of-file.ts';
import { type Profile, readProfile } from '../../../src/codecs/icc/profile.ts';
import { toSrgb } from '../../../src/codecs/icc/to-srgb.ts';
import type { Image } from '../../../src/image.ts';
import { makeImage, makePng } from '../../helpers/files/make-image-files.ts';
import { chromaticities, curv, iccpChunk, makeIcc, para } from './make-icc.ts';

const EDGE = 18;
const size = { width: EDGE * EDGE, height: EDGE };
/** Every 15th level of each channel: a grid through the whole cube. */
const gridColour = (x: number, y: number): [number, number, number] => [
  15 * (x % EDGE),
  15 * Math.floor(x / EDGE),
  15 * y,
];
const grid = (): Image => makeImage(size.width, size.height, (x, y) => [...gridColour(x, y), 255]);

const adobeRgb = makeIcc({ primaries: chromaticities.adobeRgb, curve: curv(563 / 256) });
const p3 = makeIcc({ primaries: chromaticities.displayP3, version: 4 });
const displayP3 = profileOfCodes({ primaries: 12, transfer: 13 }) as Profile;
const greys = (): Image => makeImage(256, 1, (x) => [x, x, x, x]);

/** The grid in a PNG with that profile, converted to sRGB by the other program. */
async function reference(icc: Uint8Array): Promise<Lab[]> {
  const png = makePng({
    ...size,
    colorType: 2,
    bitDepth: 8,
    samples: gridColour,
    before: [iccpChunk(icc)],
  });
  return labsOf(await sharp(png).toColourspace('srgb').ensureAlpha().raw().toBuffer());
}

async function converted(profile: Profile | undefined, image: Image): Promise<Uint8ClampedArray> {
  await toSrgb(profile as Profile)?.(image);
  return image.data;
}

function differences(labs: Lab[], others: Lab[]) {
  const all = labs.map((lab, i) => ciede2000(lab, others[i] as Lab));
  return {
    mean: all.reduce((sum, value) => sum + value, 0) / all.length,
    largest: Math.max(...all),
  };
}

describe('conversion to sRGB', () => {
  const profiles = {
    'Display P3': p3,
    'Adobe RGB': adobeRgb,
    'Adobe RGB with a table': makeIcc({
      primaries: chromaticities.adobeRgb,
      curve: curv(...Array.from({ length: 1024 }, (_, i) => (i / 1023) ** 2.2)),
    }),
    'linear light': makeIcc({ curve: curv() }),
    'a formula with an offset': makeIcc({
      primaries: chromaticities.displayP3,
      curve: para(4, 2.2, 0.9, 0.1, 0.166, 0.05, -0.006, 0),
      version: 4,
    }),
  };

  it.each(Object.entries(profiles))(
    'agrees with a colour-managed program on %s',
    async (_, icc) => {
      const labs = labsOf(await converted(readProfile(icc), grid()));
      const { mean, largest } = differences(labs, await reference(icc));
      expect(mean).toBeLessThan(0.05);
      expect(largest).toBeLessThan(2);
      // Without a conversion the difference would be visible.
      expect(differences(labsOf(grid().data), labs).largest).toBeGreaterThan(3);
    },
  );

  it('agrees on files that the program wrote in Display P3', async () => {
    const picture = sharp(grid().data, { raw: { ...size, channels: 4 } });
    const png = await picture.clone().withIccProfile('p3').png().toBuffer();
    const stored = await sharp(png, { ignoreIcc: true }).raw().toBuffer();
    const image = { ...size, data: Uint8ClampedArray.from(stored) };
    const labs = labsOf(await converted(readProfile(findProfile(png, 'png') as Uint8Array), image));
    const { mean, largest } = differences(labs, labsOf(grid().data));
    expect(mean).toBeLessThan(0.2);
    expect(largest).toBeLessThan(2);
  });

  it('converts the named Display P3 like its profile', async () => {
    const named = await converted(displayP3, grid());
    const written = await converted(readProfile(p3), grid());
    expect(named.every((value, i) => Math.abs(value - (written[i] as number)) <= 1)).toBe(true);
  });

  it.each([
    ['Display P3', p3],
    ['Adobe RGB', adobeRgb],
  ])('keeps the greys of %s grey, and transparency', async (_, icc) => {
    const data = await converted(readProfile(icc), greys());
    for (let i = 0; i < data.length; i += 4) {
      const [r, g, b, alpha] = data.subarray(i, i + 4) as unknown as [
        number,
        number,
        number,
        number,
      ];
      expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThanOrEqual(1);
      expect(alpha).toBe(i / 4);
    }
    expect([...data.subarray(0, 3), ...data.subarray(-4, -1)]).toEqual([0, 0, 0, 255, 255, 255]);
  });

  it('is left out if no colour would change visibly', async () => {
    const table = Array.from({ length: 1024 }, (_, i) => {
      const value = i / 1023;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    const own = await sharp(grid().data, { raw: { ...size, channels: 4 } })
      .withIccProfile('srgb')
      .png()
      .toBuffer();
    expect(toSrgb(readProfile(findProfile(own, 'png') as Uint8Array) as Profile)).toBeUndefined();
    expect(toSrgb(readProfile(makeIcc()) as Profile)).toBeUndefined();
    expect(toSrgb(readProfile(makeIcc({ curve: curv(...table) })) as Profile)).toBeUndefined();
    // A plain gamma differs from sRGB near black.
    expect(toSrgb(readProfile(makeIcc({ curve: curv(2.2) })) as Profile)).toBeDefined();
  });

  it('never makes a brighter grey darker', async () => {
    const curve = fc.double({ min: 0.3, max: 4, noNaN: true }).map((gamma) => curv(gamma));
    const primaries = fc.constantFrom(...Object.values(chromaticities));
    await fc.assert(
      fc.asyncProperty(curve, primaries, async (tone, corners) => {
        const data = await converted(
          readProfile(makeIcc({ primaries: corners, curve: tone })),
          greys(),
        );
        for (let i = 4; i < data.length; i++) {
          if (i % 4 < 3) expect(data[i]).toBeGreaterThanOrEqual(data[i - 4] as number);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('reports its work to the pace, and waits if asked to', async () => {
    const image = makeImage(700, 300, (x, y) => [x & 255, y & 255, 9, 255]);
    const whole = await converted(readProfile(p3), { ...image, data: image.data.slice() });
    const told: number[] = [];
    let waits = 0;
    await toSrgb(displayP3)?.({ ...image, data: image.data.slice() }, (share) => {
      told.push(share);
      waits++;
      return Promise.resolve();
    });
    expect(waits).toBeGreaterThan(100);
    expect(told.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    await toSrgb(readProfile(p3) as Profile)?.(image, () => Promise.resolve());
    expect(image.data).toEqual(whole);
  });
});
