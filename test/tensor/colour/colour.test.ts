import { describe, expect, it } from 'vitest';
import { linearToSrgb, srgbToLinear } from '../../../src/srgb.ts';
import {
  byteOfLinear,
  byteOfStep,
  codeOfLinear,
  linearOfCode,
} from '../../../src/tensor/colour/colour.ts';

describe('the table of bytes', () => {
  it('has the nearest level of each step', () => {
    const computed = byteOfStep.map((_, i) => Math.round(255 * linearToSrgb(i / 65535)));
    expect(byteOfStep).toEqual(computed);
  });

  it('clamps, and takes what is no number for black', () => {
    expect([-1, 0, 1, 7, Number.NaN].map(byteOfLinear)).toEqual([0, 0, 255, 255, 0]);
  });
});

describe('the sRGB code of linear light', () => {
  it('is right to a millionth, also where the curve is steep', () => {
    let worst = 0;
    for (let i = 0; i <= 20_000; i++) {
      const v = (i / 20_000) ** 3;
      worst = Math.max(worst, Math.abs(codeOfLinear(v) - linearToSrgb(v)));
    }
    expect(worst).toBeLessThan(1e-6);
    expect([-1, 0, 1, 7, Number.NaN].map(codeOfLinear)).toEqual([0, 0, 1, 1, 0]);
  });
});

describe('the linear light of an sRGB code', () => {
  it('is right to a ten-millionth, and exact for black and white', () => {
    let worst = 0;
    for (let i = 0; i <= 20_000; i++) {
      worst = Math.max(worst, Math.abs(linearOfCode(i / 20_000) - srgbToLinear(i / 20_000)));
    }
    expect(worst).toBeLessThan(1e-7);
    expect([0, 1].map(linearOfCode)).toEqual([0, 1]);
  });
});
