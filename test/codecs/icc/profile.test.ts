import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Profile, readProfile } from '../../../src/codecs/icc/profile.ts';
import { toSrgb } from '../../../src/codecs/icc/to-srgb.ts';
import { uint } from '../../helpers/files/make-image-files.ts';
import { startProcessorWatch } from '../../helpers/processor-time.ts';
import { chromaticities, curv, makeIcc, para, srgbTone } from './make-icc.ts';

const inputs = Array.from({ length: 101 }, (_, i) => i / 100);
const curveOf = (tag: Uint8Array) => readProfile(makeIcc({ curve: tag }))?.curves[0];

describe('a profile', () => {
  it('gives the published primaries of Adobe RGB and Display P3, relative to D50', () => {
    const near = (profile: Profile | undefined, published: number[]) =>
      published.forEach((value, i) => {
        expect(profile?.toXyz[i]).toBeCloseTo(value, 3);
      });
    near(
      readProfile(makeIcc({ primaries: chromaticities.adobeRgb })),
      [0.6097, 0.2053, 0.1492, 0.3111, 0.6257, 0.0632, 0.0195, 0.0609, 0.7446],
    );
    near(
      readProfile(makeIcc({ primaries: chromaticities.displayP3, version: 4 })),
      [0.5151, 0.292, 0.1571, 0.2412, 0.6922, 0.0666, -0.001, 0.0419, 0.7841],
    );
  });

  it.each([
    ['a straight line', curv(), (x: number) => x],
    ['a gamma', curv(563 / 256), (x: number) => x ** (563 / 256)],
    ['a table', curv(0, 0.1, 1), (x: number) => (x < 0.5 ? 0.2 * x : 1.8 * x - 0.8)],
    ['formula 0', para(0, 1.8), (x: number) => x ** 1.8],
    ['formula 1', para(1, 2, 1.25, -0.25), (x: number) => (x < 0.2 ? 0 : (1.25 * x - 0.25) ** 2)],
    [
      'formula 2',
      para(2, 2, 1, -0.5, 0.125),
      (x: number) => (x < 0.5 ? 0.125 : (x - 0.5) ** 2 + 0.125),
    ],
    [
      'formula 3',
      srgbTone,
      (x: number) => (x < 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4),
    ],
    [
      'formula 4',
      para(4, 2, 0.75, 0.125, 0.5, 0.25, 0.0625, 0.03125),
      (x: number) => (x < 0.25 ? 0.5 * x + 0.03125 : (0.75 * x + 0.125) ** 2 + 0.0625),
    ],
    [
      'a formula that leaves 0…1',
      para(2, 1, 2, 0, -0.5),
      (x: number) => Math.min(1, Math.max(0, 2 * x - 0.5)),
    ],
  ])('reads %s', (_, tag, expected) => {
    const curve = curveOf(tag);
    for (const x of inputs) expect(curve?.(x)).toBeCloseTo(expected(x), 3);
  });

  it('is not read if it is of another kind', () => {
    const others = [
      makeIcc({ space: 'CMYK' }),
      makeIcc({ space: 'GRAY' }),
      makeIcc({ connection: 'Lab ' }),
      makeIcc({ version: 5 }),
      ...['rXYZ', 'bXYZ', 'gTRC'].map((leaveOut) => makeIcc({ leaveOut })),
    ];
    for (const icc of others) expect(readProfile(icc)).toBeUndefined();
  });

  it('is not read if it is broken', () => {
    const whole = makeIcc();
    const changed = (at: number, bytes: number[]) => {
      const icc = whole.slice();
      icc.set(bytes, at);
      return icc;
    };
    const rXyz = Buffer.from(whole).lastIndexOf('XYZ \0\0\0\0') + 8;
    const broken = [
      changed(0, uint(whole.length + 1, 4)),
      changed(36, [0]),
      changed(128, uint(3, 4)),
      // Three primaries on one line.
      makeIcc({ primaries: [chromaticities.srgb[0], chromaticities.srgb[0], [0.6, 0.33]] }),
      changed(rXyz, uint(3 * 65536, 4)),
      makeIcc({ curve: para(0, 2).subarray(0, 12) }),
      makeIcc({ curve: para(5, 2) }),
      makeIcc({ curve: curv(0, 0.5, 1).subarray(0, 16) }),
      makeIcc({ curve: Uint8Array.from([...'sf32'].map((letter) => letter.charCodeAt(0))) }),
      // The root of a negative number.
      makeIcc({ curve: para(3, 2.4, -1, 0.5, 1, 0) }),
    ];
    broken.forEach((icc, i) => {
      expect([i, readProfile(icc)]).toEqual([i, undefined]);
    });
    for (let length = 0; length < whole.length; length++) {
      expect(readProfile(whole.subarray(0, length))).toBeUndefined();
    }
  });

  it('is read quickly and without exceptions from any bytes', () => {
    const whole = makeIcc({ curve: para(4, 2.4, 0.9, 0.05, 0.08, 0.04, 0, 0) });
    const edits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 12 });
    const processorMs = startProcessorWatch();
    fc.assert(
      fc.property(edits, (changes) => {
        const icc = whole.slice();
        for (const [at, value] of changes) icc[at] = value;
        const profile = readProfile(icc);
        if (!profile) return;
        toSrgb(profile);
        for (const x of inputs) {
          for (const curve of profile.curves) {
            expect(curve(x)).toBeGreaterThanOrEqual(0);
            expect(curve(x)).toBeLessThanOrEqual(1);
          }
        }
      }),
      { numRuns: 400 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (junk) => {
        expect(readProfile(junk)).toBeUndefined();
      }),
    );
    expect(processorMs()).toBeLessThan(15_000);
  });
});
