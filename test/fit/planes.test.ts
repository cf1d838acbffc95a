import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exponentialAverage } from '../../src/fit/optimisers/average.ts';
import {
  type Planes,
  padPlanes,
  resizePlanes,
  withMargin,
  withoutMargin,
} from '../../src/fit/planes.ts';
import { uniformValues } from '../../src/fit/random.ts';
import { scalesUpTo, sizeWithLongSide } from '../../src/fit/scales.ts';

const side = fc.integer({ min: 1, max: 20 });
const sizes = fc.record({ width: side, height: side });
const noise = (size: { width: number; height: number }): Planes => ({
  ...size,
  data: uniformValues(size.width * 31 + size.height, 3 * size.width * size.height),
});

describe('resized planes', () => {
  it('keep a constant and stay within the range of the values', () => {
    fc.assert(
      fc.property(sizes, sizes, fc.boolean(), (from, to, antialias) => {
        const flat = { ...from, data: new Float32Array(3 * from.width * from.height).fill(0.7) };
        for (const v of resizePlanes(flat, to, { antialias }).data)
          expect(Math.abs(v - 0.7)).toBeLessThan(1e-6);
        const planes = noise(from);
        // The bicubic filter overshoots, but not beyond the range of pictures.
        const [low, high] = antialias
          ? [0, 1]
          : [Math.min(...planes.data), Math.max(...planes.data)];
        const { data } = resizePlanes(planes, to, { antialias });
        expect(data.length).toBe(3 * to.width * to.height);
        for (const v of data) expect(v >= low - 1e-6 && v <= high + 1e-6).toBe(true);
      }),
    );
  });

  it('are independent: no channel leaks into the next', () => {
    const data = new Float32Array(3 * 12).fill(0).fill(1, 12, 24);
    const { data: out } = resizePlanes(
      { width: 4, height: 3, data },
      { width: 7, height: 2 },
      {
        antialias: true,
      },
    );
    expect(out.slice(0, 14).every((v) => v === 0) && out.slice(28).every((v) => v === 0)).toBe(
      true,
    );
    for (const v of out.slice(14, 28)) expect(v).toBeCloseTo(1, 6);
  });

  it('at half the size are means of two by two without antialiasing, and wider means with it', () => {
    const planes = noise({ width: 8, height: 6 });
    const at = (x: number, y: number): number => planes.data[y * 8 + x] as number;
    const mean = (at(2, 2) + at(3, 2) + at(2, 3) + at(3, 3)) / 4;
    const half = { width: 4, height: 3 };
    const plain = resizePlanes(planes, half, { antialias: false }).data[1 * 4 + 1] as number;
    expect(plain).toBeCloseTo(mean, 6);
    const smooth = resizePlanes(planes, half, { antialias: true }).data[1 * 4 + 1] as number;
    expect(Math.abs(smooth - mean)).toBeGreaterThan(1e-3);
  });

  it('keep the mean, except at the edges, if they shrink by a whole factor with antialiasing', () => {
    // A stripe pattern at the limit of resolution becomes its mean.
    const stripes = Float32Array.from({ length: 3 * 64 * 8 }, (_, i) => i % 2);
    const { data } = resizePlanes(
      { width: 64, height: 8, data: stripes },
      { width: 9, height: 8 },
      {
        antialias: true,
      },
    );
    for (const v of data) expect(Math.abs(v - 0.5)).toBeLessThan(0.06);
  });

  it.each([true, false])(
    'have half-pixel centres: a ramp stays a ramp, antialias %s',
    (antialias) => {
      const ramp = { width: 8, height: 1, data: Float32Array.from({ length: 8 }, (_, i) => i / 8) };
      const { data } = resizePlanes(ramp, { width: 16, height: 1 }, { antialias });
      for (let i = 4; i < 12; i++) expect(data[i]).toBeCloseTo(((i + 0.5) / 2 - 0.5) / 8, 6);
      const half = resizePlanes(ramp, { width: 4, height: 1 }, { antialias }).data;
      expect((half[2]! - half[1]!) * 8).toBeCloseTo(2, 0);
    },
  );

  it('stay sharp with antialiasing: detail of four pixels at half the size keeps most of its contrast', () => {
    const data = Float32Array.from(
      { length: 64 },
      (_, x) => 0.5 + 0.4 * Math.sin((Math.PI / 4) * x),
    );
    const { data: half } = resizePlanes(
      { width: 64, height: 1, data },
      { width: 32, height: 1 },
      { antialias: true },
    );
    const middle = half.subarray(8, 24);
    // A triangle filter leaves 0.59.
    expect(Math.max(...middle) - Math.min(...middle)).toBeGreaterThan(0.66);
  });
});

describe('padded planes', () => {
  it('are continued by reflection, even several times, and repeat a single pixel', () => {
    const row = (n: number): Planes => ({
      width: n,
      height: 1,
      data: Float32Array.from({ length: n }, (_, i) => i),
    });
    expect([...padPlanes(row(3), { width: 8, height: 1 }).data]).toEqual([0, 1, 2, 1, 0, 1, 2, 1]);
    expect([...padPlanes(row(1), { width: 3, height: 2 }).data]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('are at least as large as asked', () => {
    fc.assert(
      fc.property(sizes, sizes, (size, least) => {
        const { width, height } = padPlanes(noise(size), least);
        expect([width, height]).toEqual([
          Math.max(size.width, least.width),
          Math.max(size.height, least.height),
        ]);
      }),
    );
  });

  it('have a mirrored margin, without which they are what they were', () => {
    const row = { width: 3, height: 1, data: Float32Array.of(0, 1, 2) };
    const { width, height, data } = withMargin(row, 2);
    expect([width, height]).toEqual([7, 5]);
    expect([...data.subarray(0, 7)]).toEqual([2, 1, 0, 1, 2, 1, 0]);
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 30 }), (size, margin) => {
        const planes = noise(size);
        expect(withoutMargin(withMargin(planes, margin), margin)).toEqual(planes);
      }),
    );
  });
});

describe('scales', () => {
  it('grow by √2 up to the wanted side', () => {
    expect(scalesUpTo(512, 128)).toEqual([128, 181, 256, 362, 512]);
    expect(scalesUpTo(1024, 128)).toEqual([128, 181, 256, 362, 512, 724, 1024]);
    expect(scalesUpTo(100, 128)).toEqual([100]);
  });

  it('keep the shape of the picture and at least a pixel', () => {
    expect(sizeWithLongSide({ width: 300, height: 200 }, 150)).toEqual({ width: 150, height: 100 });
    expect(sizeWithLongSide({ width: 2, height: 900 }, 64)).toEqual({ width: 1, height: 64 });
  });
});

describe('averages', () => {
  it('have the published value of three known iterates', () => {
    const average = exponentialAverage(0.99, { length: 1 });
    for (const x of [1, 2, 4]) average.update(Float32Array.of(x));
    expect(average.value()[0]).toBeCloseTo(2.34338911, 6);
  });
});

describe('seeded noise', () => {
  it('is the same for the same seed, differs between seeds, and fills 0…1 evenly', () => {
    const values = uniformValues(7, 20000);
    expect(uniformValues(7, 20000)).toEqual(values);
    expect(uniformValues(8, 3)).not.toEqual(values.slice(0, 3));
    const mean = values.reduce((a, b) => a + b) / values.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
    const spread = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
    expect(Math.abs(spread - 1 / 12)).toBeLessThan(0.003);
    expect(values.every((v) => v >= 0 && v < 1)).toBe(true);
  });
});
