import { describe, expect, it } from 'vitest';
import { srgbToLinear } from '../../../src/srgb.ts';
import { byteOfLinear } from '../../../src/tensor/colour/colour.ts';
import { doubledOklab } from '../../../src/tensor/colour/oklab.ts';
import { paint, pixelAt, run } from '../../helpers/files/pictures.ts';

const colours = [
  [120, 100, 90],
  [90, 130, 110],
  [60, 60, 70],
  [200, 180, 150],
];
const picture = paint({ width: 4, height: 1 }, (x) => [...(colours[x] as number[]), 50 + x]);

const luminance = ([r = 0, g = 0, b = 0]: readonly number[]): number =>
  0.2126 * srgbToLinear(r / 255) + 0.7152 * srgbToLinear(g / 255) + 0.0722 * srgbToLinear(b / 255);

/** L, 2a and 2b of OKLab. */
function labOf(colour: readonly number[]): [number, number, number] {
  const lab = new Float64Array(3);
  const [r, g, b] = colour.map((v) => srgbToLinear(v / 255)) as [number, number, number];
  doubledOklab(r, g, b, lab);
  return [...lab] as [number, number, number];
}

const chromaOf = (colour: readonly number[]): number => Math.hypot(...labOf(colour).slice(1)) / 2;

/** Difference of hue in OKLab, in degrees. */
function hueBetween(one: readonly number[], other: readonly number[]): number {
  const [, a, b] = labOf(one);
  const [, c, d] = labOf(other);
  return (Math.abs(Math.atan2(a * d - b * c, a * c + b * d)) * 180) / Math.PI;
}

/** The same between a result and what the formula in linear light gives before it is clamped. */
function hueByFormula(before: readonly number[], after: readonly number[], factor: number): number {
  const light = before.map((v) => srgbToLinear(v / 255));
  const grey = luminance(before);
  const lab = new Float64Array(3);
  const [r, g, b] = light.map((v) => grey + factor * (v - grey)) as [number, number, number];
  doubledOklab(r, g, b, lab);
  const [, c, d] = labOf(after);
  return (
    (Math.abs(Math.atan2(lab[1]! * d - lab[2]! * c, lab[1]! * c + lab[2]! * d)) * 180) / Math.PI
  );
}

describe('saturation', () => {
  it('gives the grey of the same luminance at 0', async () => {
    const { image } = await run('saturation=0', picture);
    colours.forEach((colour, x) => {
      const grey = byteOfLinear(luminance(colour));
      expect(pixelAt(image, x, 0)).toEqual([grey, grey, grey, 50 + x]);
    });
  });

  it.each(['saturation=0.5', 'saturation=1.5'])('keeps the luminance: %s', async (options) => {
    const { image } = await run(options, picture);
    colours.forEach((colour, x) => {
      // Relative size of half a level of rounding at level 60.
      expect(Math.abs(luminance(pixelAt(image, x, 0)) / luminance(colour) - 1)).toBeLessThan(0.015);
    });
  });

  it('doubles the distance from grey in linear light at 2', async () => {
    const [r = 0, g = 0, b = 0] = [130, 120, 125].map((v) => srgbToLinear(v / 255));
    const grey = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    const { image } = await run(
      'saturation=2',
      paint({ width: 1, height: 1 }, () => [130, 120, 125]),
    );
    expect(pixelAt(image, 0, 0)).toEqual([
      ...[r, g, b].map((v) => byteOfLinear(2 * v - grey)),
      255,
    ]);
  });

  it.each([0, 3.5])('does not change greys at %d', async (factor) => {
    const greys = paint({ width: 256, height: 1 }, (x) => [x, x, x]);
    expect((await run(`saturation=${factor}`, greys)).image).toEqual(greys);
  });

  it.each([1.5, 3, 10])(
    'keeps hue and luminance of colours that sRGB does not have so strong, at %d',
    async (factor) => {
      const patches = paint({ width: 64, height: 27 }, (x, y) => [
        (x & 15) * 17,
        ((x >> 4) + 4 * (y % 3)) * 23,
        Math.floor(y / 3) * 31,
      ]);
      const { image } = await run(`saturation=${factor}`, patches);
      for (let p = 0; p < 64 * 27; p++) {
        const before = [...patches.data.subarray(4 * p, 4 * p + 3)];
        const after = [...image.data.subarray(4 * p, 4 * p + 3)];
        // Rounding to levels alone turns dark and grey colours.
        if (luminance(before) < 0.02 || chromaOf(before) < 0.03) continue;
        expect(
          Math.min(hueBetween(before, after), hueByFormula(before, after, factor)),
        ).toBeLessThan(5);
        expect(Math.abs(luminance(after) / luminance(before) - 1)).toBeLessThan(0.05);
      }
    },
  );

  it('changes nothing at 1', async () => {
    expect((await run('saturation=1', picture)).image).toBe(picture);
  });
});
