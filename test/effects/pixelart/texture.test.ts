import { describe, expect, it } from 'vitest';
import { withAccents } from '../../../src/effects/pixelart/accents.ts';
import { textureOf } from '../../../src/effects/pixelart/texture.ts';
import { linearOfCode } from '../../../src/tensor/colour/colour.ts';

const inside = (value: number, count: number): boolean => value >= 0 && value < count;

/** Standard deviation of the cells of a square around (x, y) that are inside. */
function deviation(luma: Float32Array, [width, height]: readonly number[], x: number, y: number) {
  const seen: number[] = [];
  for (let j = y - 1; j <= y + 1; j++) {
    for (let i = x - 1; i <= x + 1; i++) {
      if (inside(i, width!) && inside(j, height!)) seen.push(luma[j * width! + i]!);
    }
  }
  const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length;
  return Math.sqrt(seen.reduce((sum, value) => sum + (value - mean) ** 2, 0) / seen.length);
}

describe('textureOf', () => {
  it.each([
    [1, 1],
    [2, 5],
    [9, 7],
  ] as const)(
    'is the least deviation of eight squares around a cell, %i×%i cells',
    (width, height) => {
      const luma = Float32Array.from({ length: width * height }, (_, i) => Math.sin(1 + 1.7 * i));
      const texture = textureOf(luma, { width, height });
      texture.forEach((found, p) => {
        const [x, y] = [p % width, Math.floor(p / width)];
        const around: number[] = [];
        for (const j of [y - 2, y, y + 2]) {
          for (const i of [x - 2, x, x + 2]) {
            const isOther = i !== x || j !== y;
            if (isOther && inside(i, width) && inside(j, height)) {
              around.push(deviation(luma, [width, height], i, j));
            }
          }
        }
        expect(found).toBeCloseTo(around.length > 0 ? Math.min(...around) : 0, 6);
      });
    },
  );
});

describe('withAccents', () => {
  const [width, height] = [12, 10];
  const grey = (): Float32Array => new Float32Array(3 * width * height).fill(linearOfCode(0.5));
  const at = 3 * (5 * width + 6);

  it('counts a cell with a colour of its own more often, and all others once', () => {
    const linear = grey();
    linear.set([linearOfCode(0.9), linearOfCode(0.3), linearOfCode(0.3)], at);
    const cells = withAccents({ width, height, linear, alpha: undefined });
    expect(cells.alpha).toBeUndefined();
    expect(cells.width).toBe(width * height + 4);
    expect(cells.linear.subarray(0, linear.length)).toEqual(linear);
    for (let i = linear.length; i < cells.linear.length; i += 3) {
      expect(cells.linear.subarray(i, i + 3)).toEqual(linear.subarray(at, at + 3));
    }
  });

  it('leaves a flat picture, and one that differs in lightness alone', () => {
    const linear = grey();
    linear.fill(0.9, at, at + 3);
    const { width: count } = withAccents({ width, height, linear, alpha: undefined });
    expect(count).toBe(width * height);
  });

  it('does not see clear cells', () => {
    const linear = grey();
    const alpha = new Float32Array(width * height).fill(1);
    for (let p = 0; p < alpha.length; p += 2) {
      alpha[p] = 0;
      linear.set([1, 0, 0], 3 * p);
    }
    const cells = withAccents({ width, height, linear, alpha });
    expect(cells.width).toBe(width * height);
    expect(cells.alpha).toEqual(alpha);
  });
});
