import { describe, expect, it } from 'vitest';
import { withAccents } from '../../../src/effects/pixelart/accents.ts';
import { setStrokes } from '../../../src/effects/pixelart/strokes.ts';
import { textureOf } from '../../../src/effects/pixelart/texture.ts';
import { srgbToLinear } from '../../../src/srgb.ts';

const [width, height] = [12, 10];
const size = { width, height };
const count = width * height;

const plane = (value: (x: number, y: number) => number): Float32Array =>
  Float32Array.from({ length: count }, (_, p) => value(p % width, Math.floor(p / width)));

/** The same in all three channels. */
const grey = (values: Float32Array): Float32Array =>
  Float32Array.from({ length: 3 * count }, (_, i) => values[Math.floor(i / 3)]!);

const flat = new Float32Array(count);

describe('textureOf', () => {
  it('is 0 at contours and lines between calm areas', () => {
    const edge = textureOf(
      plane((x) => (x < 6 ? 0.2 : 0.9)),
      size,
    );
    expect(Math.max(...edge)).toBeLessThan(1e-3);
    const line = textureOf(
      plane((x) => (x === 6 ? 0.9 : 0.2)),
      size,
    );
    expect(line[5 * width + 6]).toBeLessThan(1e-3);
  });

  it('is the deviation of a pattern without calm sides', () => {
    const pattern = textureOf(
      plane((x, y) => ((x + y) % 2 ? 0.7 : 0.3)),
      size,
    );
    for (const value of pattern) expect(value).toBeCloseTo(0.2, 1);
  });

  it('is 0 of a picture too small to have surroundings', () => {
    expect([...textureOf(Float32Array.of(0.1, 0.9), { width: 2, height: 1 })]).toEqual([0, 0]);
  });
});

describe('setStrokes', () => {
  const column = plane((x) => (x === 6 ? -0.15 : 0));

  it('darkens in the colour below, in proportion to the outline, and not without limit', () => {
    const orange = Float32Array.from({ length: 3 * count }, (_, i) => [0.8, 0.4, 0.2][i % 3]!);
    const at = 3 * (5 * width + 6);
    const shares = [0, 0.2, 0.4, 1].map((outline) => {
      const drawn = grey(column);
      setStrokes(drawn, orange, size, { outline, calm: 1, texture: flat });
      const all = [0, 1, 2].map((c) => 1 + drawn[at + c]! / orange[at + c]!);
      for (const share of all) expect(share).toBeCloseTo(all[0]!, 5);
      return all[0]!;
    });
    expect(shares[0]).toBeCloseTo(1, 6);
    expect(1 - shares[2]!).toBeCloseTo(2 * (1 - shares[1]!), 5);
    expect(shares[3]).toBeLessThan(shares[2]!);
    const deep = grey(column.map((value) => 9 * value));
    setStrokes(deep, orange, size, { outline: 1, calm: 1, texture: flat });
    expect(1 + deep[at]! / orange[at]!).toBeCloseTo(0.3, 5);
  });

  it('leaves a tenth of strokes in textures and of lone ones, and all of them uncalmed', () => {
    const half = new Float32Array(3 * count).fill(0.5);
    const at = 3 * (5 * width + 6);
    const stroke = (cells: Float32Array, calm: number, texture: Float32Array): number => {
      const drawn = grey(cells);
      setStrokes(drawn, half, size, { outline: 0.5, calm, texture });
      return drawn[at]!;
    };
    const lone = plane((x, y) => (x === 6 && y === 5 ? -0.1 : 0));
    expect(stroke(column, 1, flat)).toBeCloseTo(-0.15, 5);
    expect(
      stroke(
        column,
        1,
        flat.map(() => 0.2),
      ),
    ).toBeCloseTo(-0.015, 5);
    expect(
      stroke(
        column,
        0,
        flat.map(() => 0.2),
      ),
    ).toBeCloseTo(-0.15, 5);
    expect(stroke(lone, 1, flat)).toBeCloseTo(-0.01, 5);
    expect(stroke(lone, 0, flat)).toBeCloseTo(-0.1, 5);
  });

  it('leaves colours that differ in chroma alone', () => {
    const drawn = Float32Array.from({ length: 3 * count }, (_, i) => [0.1, 0, -0.2622807][i % 3]!);
    const before = drawn.slice();
    setStrokes(drawn, new Float32Array(3 * count).fill(0.5), size, {
      outline: 1,
      calm: 1,
      texture: flat,
    });
    drawn.forEach((value, i) => {
      expect(value).toBeCloseTo(before[i]!, 5);
    });
  });
});

describe('withAccents', () => {
  const cells = (colour: (p: number) => readonly number[], alpha?: Float32Array) => ({
    ...size,
    alpha,
    linear: Float32Array.from({ length: 3 * count }, (_, i) =>
      srgbToLinear(colour(Math.floor(i / 3))[i % 3]!),
    ),
  });
  const [red, olive] = [
    [0.8, 0.1, 0.1],
    [0.4, 0.45, 0.2],
  ];

  it('adds the cells of a small thing in a colour of its own, and no others', () => {
    const spot = 5 * width + 6;
    const { linear } = cells((p) => (p === spot ? red! : olive!));
    const more = withAccents({ ...size, linear, alpha: undefined });
    expect(more.linear.subarray(0, linear.length)).toEqual(linear);
    expect(more.width).toBe(count + 4);
    for (let p = count; p < more.width; p++) {
      expect(more.linear.subarray(3 * p, 3 * p + 3)).toEqual(
        linear.subarray(3 * spot, 3 * spot + 3),
      );
    }
    expect(withAccents(cells(() => olive!)).width).toBe(count);
  });

  it('does not see clear cells', () => {
    const alpha = plane((x) => (x < 6 ? 1 : 0));
    const clear = cells((p) => (p % width < 6 ? olive! : red!), alpha);
    const more = withAccents(clear);
    expect(more.width).toBe(count);
    expect(more.alpha).toEqual(alpha);
  });
});
