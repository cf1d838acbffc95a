// Checks how PNG rows are averaged, against the definition in floats.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createShrinker, type Shades } from '../../../../src/codecs/png/read/mean.ts';
import { linearToSrgb, srgbToLinear } from '../../../../src/srgb.ts';

type Pixel = readonly [number, number, number, number];

function shrunk(pixels: readonly Pixel[][], factor: number, shades: Shades): number[] {
  const height = pixels.length;
  const width = pixels[0]?.length ?? 0;
  const target = new Uint32Array(Math.ceil(width / factor) * Math.ceil(height / factor));
  const shrinker = createShrinker({ width, height }, factor, shades, target);
  for (const row of pixels) shrinker.add(new Uint32Array(Uint8Array.from(row.flat()).buffer));
  return [...new Uint8Array(target.buffer)];
}

function meanOf(square: readonly Pixel[]): number[] {
  const opacity = square.reduce((sum, [, , , a]) => sum + a, 0);
  if (opacity === 0) return [0, 0, 0, 0];
  const channels = [0, 1, 2].map((i) => {
    const light = square.reduce((sum, p) => sum + p[3] * srgbToLinear((p[i] as number) / 255), 0);
    return 255 * linearToSrgb(light / opacity);
  });
  return [...channels, opacity / square.length];
}

const byte = fc.integer({ min: 0, max: 255 });
const kinds: Record<Shades, fc.Arbitrary<Pixel>> = {
  grey: byte.map((v) => [v, v, v, 255]),
  opaque: fc.tuple(byte, byte, byte, fc.constant(255)),
  any: fc.tuple(byte, byte, byte, fc.oneof(byte, fc.constantFrom(0, 255))),
};

const grids = (kind: fc.Arbitrary<Pixel>) =>
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
    .chain(([w, h]) =>
      fc.array(fc.array(kind, { minLength: w, maxLength: w }), { minLength: h, maxLength: h }),
    );

describe('the shrinker', () => {
  it.each(['grey', 'opaque', 'any'] as const)('gives the mean light of %s squares', (shades) => {
    fc.assert(
      fc.property(grids(kinds[shades]), fc.integer({ min: 2, max: 11 }), (pixels, factor) => {
        const wanted: number[] = [];
        for (let y = 0; y < pixels.length; y += factor) {
          for (let x = 0; x < (pixels[0]?.length ?? 0); x += factor) {
            const square = pixels.slice(y, y + factor).flatMap((r) => r.slice(x, x + factor));
            wanted.push(...meanOf(square));
          }
        }
        const got = shrunk(pixels, factor, shades);
        expect(got.length).toBe(wanted.length);
        got.forEach((value, i) => {
          expect(Math.abs(value - (wanted[i] as number))).toBeLessThan(0.5 + 1e-6);
        });
      }),
    );
  });

  it('keeps every value of a constant picture', () => {
    for (let v = 0; v < 256; v++) {
      const pixels = Array.from({ length: 5 }, () => new Array<Pixel>(5).fill([v, v, v, 255]));
      expect(new Set(shrunk(pixels, 3, 'opaque'))).toEqual(new Set([v, 255]));
    }
  });
});
