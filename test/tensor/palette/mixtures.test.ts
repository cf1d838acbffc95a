import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chromaOf, lightOf } from '../../../src/tensor/colour/chroma.ts';
import { createMixing } from '../../../src/tensor/palette/mixtures.ts';
import { namedColours } from '../../../src/tensor/palette/names.ts';
import { createPalette, type Palette } from '../../../src/tensor/palette/palette.ts';

const mono = createPalette(['000000', 'ffffff']);
const paper = createPalette(namedColours('eink-red')!);
const seven = createPalette(namedColours('eink-7')!);

function mixed(palette: Palette, colour: readonly number[]): number[] {
  const out = new Float64Array(3);
  createMixing(palette)(colour[0]!, colour[1]!, colour[2]!, out);
  return [...out];
}

const light = ([r, g, b]: readonly number[]): number => lightOf(r!, g!, b!);
const unit = fc.double({ min: 0, max: 1, noNaN: true });

describe('what a palette can mix', () => {
  it('is grey of the same luminance with black and white', () => {
    for (const v of mixed(mono, [1, 0, 0])) expect(v).toBeCloseTo(0.2126, 5);
    for (const v of mixed(mono, [1, 1, 0])) expect(v).toBeCloseTo(0.9278, 5);
  });

  it('is white and red for pink, and grey for green, with black, white and red', () => {
    const pink = [1, 0.4, 0.4];
    mixed(paper, pink).forEach((v, c) => {
      expect(v).toBeCloseTo(pink[c]!, 4);
    });
    const green = mixed(paper, [0, 0.6, 0]);
    for (const v of green) expect(v).toBeCloseTo(0.6 * 0.7152, 4);
  });

  it('has the luminance of the colour, within that of the palette', () => {
    const dim = createPalette(['303030', 'c00000', '00a000', 'b0b0b0']);
    const lights = [0, 1, 2, 3].map((i) => light([...dim.linear.subarray(3 * i, 3 * i + 3)]));
    fc.assert(
      fc.property(fc.tuple(unit, unit, unit), (colour) => {
        const wanted = Math.min(Math.max(...lights), Math.max(Math.min(...lights), light(colour)));
        expect(light(mixed(dim, colour))).toBeCloseTo(wanted, 5);
      }),
    );
  });

  it('is a mixture already after the first time, and mixtures stay', () => {
    fc.assert(
      fc.property(fc.tuple(unit, unit, unit), (colour) => {
        const once = mixed(seven, colour);
        mixed(seven, once).forEach((v, c) => {
          expect(v).toBeCloseTo(once[c]!, 4);
        });
      }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 }),
        (shares) => {
          const sum = shares.reduce((a, b) => a + b);
          const colour = [0, 1, 2].map((c) =>
            shares.reduce((all, share, i) => all + (share / sum) * seven.linear[3 * i + c]!, 0),
          );
          mixed(seven, colour).forEach((v, c) => {
            expect(v).toBeCloseTo(colour[c]!, 4);
          });
        },
      ),
    );
  });

  it('has the nearest chroma: no mixture of two of its colours is nearer', () => {
    fc.assert(
      fc.property(fc.tuple(unit, unit, unit), (colour) => {
        const wanted = chromaOf(colour[0], colour[1], colour[2]);
        const away = (of: readonly number[]): number => {
          const { a, b } = chromaOf(of[0]!, of[1]!, of[2]!);
          return Math.hypot(a - wanted.a, b - wanted.b);
        };
        const least = away(mixed(seven, colour));
        const y = light(colour);
        for (let i = 0; i < 7; i++) {
          for (let j = 0; j < 7; j++) {
            const [low, high] = [i, j].map((k) => [...seven.linear.subarray(3 * k, 3 * k + 3)]);
            const share = (y - light(low!)) / (light(high!) - light(low!));
            if (!(share >= 0 && share <= 1)) continue;
            const mixture = low!.map((v, c) => v + share * (high![c]! - v));
            expect(least).toBeLessThanOrEqual(away(mixture) + 1e-5);
          }
        }
      }),
    );
  });

  it('is everything for palettes of many colours, and for colours of one luminance', () => {
    const pico8 = createPalette(namedColours('pico8')!);
    expect(mixed(pico8, [0, 0, 1])).toEqual([0, 0, 1]);
    const same = createPalette(['ff0000', 'ff0000']);
    expect(mixed(same, [0.3, 0.2, 0.9])).toEqual([0.3, 0.2, 0.9]);
  });
});
