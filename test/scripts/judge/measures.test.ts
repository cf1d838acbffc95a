import { describe, expect, it } from 'vitest';
import { deltaOfLab } from '../../../scripts/judge/delta-e.ts';
import { distanceTo, unitFactor } from '../../../scripts/judge/kid.ts';
import { edgeAlignment, paletteError, strayCells } from '../../../scripts/judge/measures.ts';
import { jackknife, meanAndError } from '../../../scripts/judge/paired.ts';
import { paint } from '../../helpers/files/pictures.ts';

describe('deltaOfLab', () => {
  // Pairs 1, 7, 17 and 25 of Sharma, Wu and Dalal (2005).
  it.each([
    [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
    [[50, 0, 0], [50, -1, 2], 2.3669],
    [[50, 2.5, 0], [73, 25, -18], 27.1492],
    [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
  ] as const)('gives the published value of %s and %s', (a, b, expected) => {
    expect(deltaOfLab(a, b)).toBeCloseTo(expected, 4);
  });
});

describe('the measures of pixel art', () => {
  const grey = (value: number): number[] => [value, value, value];

  it('align the edges of a picture with its own cells, and not with others', () => {
    const picture = paint({ width: 32, height: 32 }, (x) => grey(x < 16 ? 40 : 200));
    const same = paint({ width: 8, height: 8 }, (x) => grey(x < 4 ? 40 : 200));
    const turned = paint({ width: 8, height: 8 }, (_, y) => grey(y < 4 ? 40 : 200));
    expect(edgeAlignment(same, picture)).toBeGreaterThan(0.95);
    expect(edgeAlignment(turned, picture)).toBeLessThan(0.2);
  });

  it('count cells without a neighbour of their colour', () => {
    const image = paint({ width: 4, height: 4 }, (x, y) => grey(x === 1 && y === 1 ? 255 : 0));
    expect(strayCells(image)).toBe(1 / 16);
  });

  it('find no error where nothing changed', () => {
    const image = paint({ width: 4, height: 4 }, (x, y) => [40 * x, 30 * y, 90]);
    expect(paletteError(image, image)).toBe(0);
    expect(
      paletteError(
        image,
        paint({ width: 4, height: 4 }, () => grey(0)),
      ),
    ).toBeGreaterThan(10);
  });
});

describe('distanceTo', () => {
  it('is about 0 for samples of one kind and grows with their difference', () => {
    const samples = (shift: number, phase: number): Float32Array[] =>
      Array.from({ length: 40 }, (_, n) =>
        Float32Array.from({ length: 6 }, (_, i) => shift + Math.sin(phase + 12.9 * n + 4.1 * i)),
      );
    const same = distanceTo(samples(0, 2))(samples(0, 1));
    const near = distanceTo(samples(0.5, 2))(samples(0, 1));
    const far = distanceTo(samples(1, 2))(samples(0, 1));
    expect(Math.abs(same)).toBeLessThan(0.15);
    expect(near).toBeGreaterThan(2 * Math.abs(same));
    expect(far).toBeGreaterThan(2 * near);
  });
});

describe('unitFactor', () => {
  it('makes the mean square 1', () => {
    expect(unitFactor([Float32Array.of(3, 3), Float32Array.of(3, 3)])).toBeCloseTo(1 / 3);
  });
});

describe('errors of estimates', () => {
  it('are those of a mean: the deviation over the root of the count', () => {
    const { mean, error } = meanAndError([1, 2, 3, 4]);
    expect(mean).toBe(2.5);
    expect(error).toBeCloseTo(Math.sqrt(5 / 3 / 4), 12);
  });

  it('are the same by the jackknife if the statistic is a mean', () => {
    const values = [0.3, -1, 2.5, 0.7, 4];
    const direct = meanAndError(values);
    const found = jackknife(values, (some) => some.reduce((a, b) => a + b, 0) / some.length);
    expect(found.mean).toBeCloseTo(direct.mean, 12);
    expect(found.error).toBeCloseTo(direct.error, 12);
  });
});
