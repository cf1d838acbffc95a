import { describe, expect, it } from 'vitest';
import { srgbToLinear } from '../../../src/srgb.ts';
import { doubledOklab, linearOfDoubled } from '../../../src/tensor/colour/oklab.ts';

const coordinates = (r: number, g: number, b: number): number[] => {
  const lab = new Float64Array(3);
  doubledOklab(r, g, b, lab);
  return [...lab];
};

describe('doubledOklab', () => {
  it.each([
    ['white', [1, 1, 1], [1, 0, 0]],
    ['black', [0, 0, 0], [0, 0, 0]],
    ['red', [1, 0, 0], [0.627955, 2 * 0.224863, 2 * 0.125846]],
    ['green', [0, 1, 0], [0.86644, 2 * -0.233888, 2 * 0.179498]],
    ['blue', [0, 0, 1], [0.452014, 2 * -0.032457, 2 * -0.311528]],
  ] as const)('agrees with the published values of %s, chroma twice', (_, [r, g, b], expected) => {
    coordinates(r, g, b).forEach((v, c) => {
      expect(v).toBeCloseTo(expected[c] as number, 5);
    });
  });

  it('has no chroma in grey', () => {
    for (let v = 0; v < 256; v++) {
      const light = srgbToLinear(v / 255);
      const [l, a, b] = coordinates(light, light, light) as [number, number, number];
      expect(l ** 3).toBeCloseTo(light, 6);
      expect(Math.hypot(a, b)).toBeLessThan(1e-6);
    }
  });

  it('can be inverted, also outside sRGB', () => {
    const rgb = new Float64Array(3);
    for (const colour of [
      [0.2, 0.5, 0.9],
      [1, 0, 0],
      [-0.2, 0.3, 1.4],
    ] as const) {
      const [l, a, b] = coordinates(colour[0], colour[1], colour[2]) as [number, number, number];
      linearOfDoubled(l, a, b, rgb);
      colour.forEach((v, c) => {
        expect(rgb[c]).toBeCloseTo(v, 5);
      });
    }
  });
});
