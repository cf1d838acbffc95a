// Checks what becomes of the colours that files name by code points, by gamma and chromaticities, or by profiles for grey.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { profileOfCodes, profileOfMeasures } from '../../../src/codecs/icc/code-points.ts';
import { coloursOf } from '../../../src/codecs/icc/icc.ts';
import { type Profile, readProfile } from '../../../src/codecs/icc/profile.ts';
import { toSrgb } from '../../../src/codecs/icc/to-srgb.ts';
import { probe } from '../../../src/codecs/probe/probe.ts';
import { makeImage, makePng, pngChunk, uint } from '../../helpers/files/make-image-files.ts';
import { curv, iccOf, iccpChunk, makeIcc } from './make-icc.ts';

type Rgb = [number, number, number];

async function shown(profile: Profile | undefined, ...colours: Rgb[]): Promise<number[][]> {
  const image = makeImage(colours.length, 1, (x) => [...(colours[x] as Rgb), 255]);
  await toSrgb(profile as Profile)?.(image);
  return colours.map((_, i) => [...image.data.subarray(4 * i, 4 * i + 3)]);
}

const codes = (primaries: number, transfer: number) => profileOfCodes({ primaries, transfer });

describe('code points', () => {
  it.each([
    [1, 13],
    [1, 1],
    [2, 2],
  ])('%i and %i are sRGB', (primaries, transfer) => {
    expect(toSrgb(codes(primaries, transfer) as Profile)).toBeUndefined();
  });

  it('of unknown spaces are not understood', () => {
    expect([codes(3, 13), codes(1, 3), codes(10, 17)]).toEqual([undefined, undefined, undefined]);
  });

  it('of BT.2020 and Display P3 make colours stronger, and keep grey', async () => {
    const colours: Rgb[] = [
      [150, 100, 100],
      [90, 90, 90],
    ];
    for (const primaries of [9, 12]) {
      const [red, grey] = await shown(codes(primaries, 13), ...colours);
      expect(red?.[0]).toBeGreaterThan(154);
      expect(red?.[1]).toBeLessThan(100);
      expect(grey).toEqual([90, 90, 90]);
    }
  });

  it('of linear light become its sRGB values', async () => {
    const [dark, light] = await shown(codes(1, 8), [32, 32, 32], [128, 128, 128]);
    expect([dark, light]).toEqual([
      [99, 99, 99],
      [188, 188, 188],
    ]);
  });

  it.each([
    // Diffuse white of BT.2408, and values as PQ and HLG store them.
    ['PQ', 16, 148, 193],
    ['HLG', 18, 191, 255],
  ])('of %s keep the order of lights, with diffuse white below the brightest', async (...row) => {
    const [, transfer, diffuse, peak] = row;
    const ramp = Array.from({ length: 256 }, (_, v): Rgb => [v, v, v]);
    const levels = (await shown(codes(9, transfer), ...ramp)).map(([red]) => red as number);
    expect(levels).toEqual(levels.toSorted((a, b) => a - b));
    expect([levels[0], levels[peak]]).toEqual([0, 255]);
    expect(levels[diffuse]).toBeGreaterThan(220);
    expect(levels[diffuse]).toBeLessThan(250);
    // A tenth of diffuse white is what it is in sRGB.
    const tenth = levels.findLast((level) => level <= 89);
    expect(tenth).toBeGreaterThan(84);
  });
});

describe('gamma and chromaticities', () => {
  it('take the usual gamma for sRGB', () => {
    expect(toSrgb(profileOfMeasures({ gamma: 0.45455 }) as Profile)).toBeUndefined();
  });

  it('convert another gamma', async () => {
    const [row] = await shown(profileOfMeasures({ gamma: 1 }), [64, 64, 64]);
    expect(row).toEqual([137, 137, 137]);
  });

  it('of impossible colours are not understood', () => {
    const point = [0.3, 0.3] as const;
    for (const blue of [point, [0, 0] as const, [0.15, 0] as const]) {
      const chromaticities = { white: point, red: point, green: [0.2, 0.7] as const, blue };
      expect(profileOfMeasures({ chromaticities })).toBeUndefined();
    }
  });
});

describe('a profile for grey', () => {
  const grey = (connection: string, curve: Uint8Array) =>
    iccOf([['kTRC', curve]], { version: 2, space: 'GRAY', connection });

  it.each([
    ['a gamma', grey('XYZ ', curv(1)), [99, 137, 188, 225]],
    ['a table', grey('XYZ ', curv(0, 0.25, 0.5, 0.75, 1)), [99, 137, 188, 225]],
    // L* of 32, 64, 128 and 192 of 255.
    ['CIE L*', grey('Lab ', curv()), [34, 61, 120, 184]],
  ])('may have %s', async (_, icc, expected) => {
    const colours = [32, 64, 128, 192].map((v): Rgb => [v, v, v]);
    const found = await shown(readProfile(icc), ...colours);
    found.forEach(([r = 0, g = 0, b = 0], i) => {
      expect(
        Math.max(...[r, g, b].map((v) => Math.abs(v - (expected[i] as number)))),
      ).toBeLessThanOrEqual(1);
    });
  });

  it('is not used for a file in colour', () => {
    const icc = grey('XYZ ', curv(1));
    const png = (colorType: 0 | 2) =>
      makePng({
        width: 2,
        height: 2,
        colorType,
        bitDepth: 8,
        samples: () => (colorType === 0 ? [1] : [1, 2, 3]),
        before: [iccpChunk(icc)],
      });
    expect(coloursOf(png(0), probe(png(0))).note).toBe('converted to sRGB');
    expect(coloursOf(png(2), probe(png(2)))).toEqual({
      convert: undefined,
      byTable: false,
      note: 'not understood',
    });
  });
});

describe('what a file says about its colours', () => {
  const cicp = (...points: number[]) => pngChunk('cICP', points);
  const gama = (value: number) => pngChunk('gAMA', uint(value, 4));
  const pngWith = (...before: Uint8Array[]) =>
    makePng({ width: 2, height: 2, colorType: 2, bitDepth: 8, samples: () => [1, 2, 3], before });

  it.each([
    ['nothing', pngWith(), 'sRGB'],
    ['the profile of sRGB', pngWith(iccpChunk(makeIcc())), 'sRGB'],
    ['unknown code points', pngWith(pngChunk('cICP', [10, 17, 0, 1])), 'not understood'],
    ['code points with a matrix', pngWith(cicp(9, 16, 9, 1)), 'not understood'],
    ['code points in video range', pngWith(cicp(1, 13, 0, 0)), 'not understood'],
    ['code points that are cut', pngWith(cicp(1, 13)), 'not understood'],
    ['such code points, and sRGB', pngWith(cicp(9, 16, 9, 1), pngChunk('sRGB', [0])), 'sRGB'],
    ['such code points, and a gamma', pngWith(cicp(9, 16, 9, 1), gama(1e5)), 'converted to sRGB'],
    ['a gamma of 0', pngWith(gama(0)), 'not understood'],
    ['a gamma of 0.00015', pngWith(gama(15)), 'not understood'],
    ['a gamma of 42949.67295', pngWith(gama(0xffffffff)), 'not understood'],
    ['a gamma that is too small, and sRGB', pngWith(gama(1), pngChunk('sRGB', [0])), 'sRGB'],
    ['a gamma of 0.00016', pngWith(gama(16)), 'converted to sRGB'],
    ['a profile of a later version', pngWith(iccpChunk(makeIcc({ version: 5 }))), 'not understood'],
    ['linear light', pngWith(pngChunk('cICP', [1, 8, 0, 1])), 'converted to sRGB'],
  ])('is reported: %s', (_, file, note) => {
    expect(coloursOf(file, probe(file)).note).toBe(note);
  });

  it.each(['lut-only-rgb.jpg', 'grey-icc-gamma1.jpg', 'gama-1.0.png', 'bt2020.avif'])(
    'is understood in %s',
    (name) => {
      const file = new Uint8Array(readFileSync(new URL(`../../cases/${name}`, import.meta.url)));
      expect(coloursOf(file, probe(file)).note).toBe('converted to sRGB');
    },
  );
});
