// The operations of hybrids, compared with plain arithmetic: composed on cpu, by our kernels on WASM.
import { memory, type Tensor, type Tensor3D, tensor3d, tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { halved, pooled, pooledPixels, spread } from '../../../src/tensor/filter/coarse-grid.ts';
import { blurred, gaussianKernel, tapsFor } from '../../../src/tensor/filter/gaussian.ts';
import { extents, roomFor, withDetail } from '../../../src/tensor/filter/near-band.ts';
import { packed, pixelsOf, unpacked } from '../../../src/tensor/ops/packed-pixels.ts';
import { power, rootSlope } from '../../../src/tensor/ops/power.ts';
import { pull } from '../../../src/tensor/ops/pull.ts';

type Shape = [height: number, width: number, channels: number];
type Values = { shape: Shape; data: Float32Array; at: (y: number, x: number, c: number) => number };

/** Values from 0 to 1 without a short period. */
function values(shape: Shape, seed = 1): Values {
  const [height, width, channels] = shape;
  const count = height * width * channels;
  const data = Float32Array.from({ length: count }, (_, i) => 0.5 + 0.5 * Math.sin(seed + 1.7 * i));
  return { shape, data, at: (y, x, c) => data[(y * width + x) * channels + c] as number };
}

const tensorOf = ({ shape, data }: Values): Tensor3D => tensor3d(data, shape);

/** The values that `of` gives, in the order of a tensor. */
const listed = ([height, width, channels]: Shape, of: Values['at']): number[] =>
  Array.from({ length: height * width * channels }, (_, i) => {
    const p = Math.floor(i / channels);
    return of(Math.floor(p / width), p % width, i % channels);
  });

/** Runs `use`, compares its result, frees it and `inputs`, and expects that nothing else is left. */
function expectResult(
  inputs: readonly Tensor[],
  use: () => Tensor,
  { shape, expected, tolerance }: { shape: number[]; expected: number[]; tolerance: number },
): void {
  const before = memory().numTensors - inputs.length;
  const result = use();
  const found = result.dataSync();
  expect(result.shape).toEqual(shape);
  const worst = expected.reduce((most, v, i) => Math.max(most, Math.abs(v - (found[i] ?? NaN))), 0);
  expect(worst).toBeLessThanOrEqual(tolerance);
  for (const tensor of [result, ...inputs]) tensor.dispose();
  expect(memory().numTensors).toBe(before);
}

/** The values of a tensor. */
function valuesOf(tensor: Tensor3D): Values {
  const shape = tensor.shape as Shape;
  const data = tensor.dataSync<'float32'>().slice();
  return { shape, data, at: (y, x, c) => data[(y * shape[1] + x) * shape[2] + c] as number };
}

const mirrored = (i: number, length: number): number => (i < length ? i : 2 * length - 1 - i);

const bytes = (height: number, width: number) => {
  const data = Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) => (i * 89 + 7) % 256);
  return { width, height, data };
};

describe('packed pixels', () => {
  it.each([
    { size: [1, 1], full: [1, 1], channels: 3, isGrey: false },
    { size: [5, 7], full: [6, 8], channels: 3, isGrey: false },
    { size: [5, 7], full: [5, 9], channels: 3, isGrey: true },
    { size: [4, 9], full: [7, 9], channels: 1, isGrey: true },
  ] as const)('become $channels channels for $size, mirrored to $full, grey: $isGrey', (c) => {
    const [height, width] = c.size;
    const image = bytes(height, width);
    const level = (y: number, x: number, k: number): number =>
      image.data[4 * (mirrored(y, height) * width + mirrored(x, width)) + k] as number;
    const shape: Shape = [...c.full, c.channels];
    const expected = listed(shape, (y, x, k) => {
      const luma = 0.2126 * level(y, x, 0) + 0.7152 * level(y, x, 1) + 0.0722 * level(y, x, 2);
      return (c.isGrey ? luma : level(y, x, k)) / 255;
    });
    const pixels = pixelsOf(image, { height: c.full[0], width: c.full[1] });
    const { channels, isGrey } = c;
    expectResult([pixels], () => unpacked(pixels, { channels, isGrey }), {
      shape,
      expected,
      tolerance: 1e-6,
    });
  });

  it.each([
    { size: [1, 1], full: [1, 1], channels: 3, truncate: false },
    { size: [5, 9], full: [6, 10], channels: 3, truncate: false },
    { size: [5, 9], full: [5, 9], channels: 3, truncate: true },
    { size: [3, 6], full: [4, 6], channels: 1, truncate: false },
    { size: [4, 4], full: [4, 4], channels: 1, truncate: true },
  ] as const)('are made of $full with $channels channels for $size, truncated: $truncate', (c) => {
    const [height, width] = c.size;
    const image = bytes(height, width);
    const colours = values([...c.full, c.channels], 3);
    // Beyond black and white too.
    for (let i = 0; i < colours.data.length; i++) colours.data[i] = 1.2 * colours.data[i]! - 0.1;
    const clamped = new Uint8ClampedArray(image.data);
    for (let p = 0; p < width * height; p++) {
      for (let k = 0; k < 3; k++) {
        const v = colours.at(Math.floor(p / width), p % width, c.channels === 3 ? k : 0);
        const scaled = Math.fround(255 * v);
        clamped[4 * p + k] = c.truncate ? Math.floor(scaled) : scaled;
      }
    }
    const under = pixelsOf(image);
    const x = tensorOf(colours);
    expectResult([under, x], () => packed(x, under, { truncate: c.truncate }), {
      shape: [height, width],
      expected: [...new Int32Array(clamped.buffer)],
      tolerance: 0,
    });
  });
});

/** A line between its samples by cubics; outside, it goes on as inside, turned around its ends. */
function lineAt(length: number, place: number, at: (i: number) => number): number {
  const inside = (i: number) => Math.min(length - 1, Math.max(0, i));
  const sample = (i: number): number => 2 * at(inside(i)) - at(inside(2 * inside(i) - i));
  const second = Math.floor(place);
  const t = place - second;
  const [a, b, c, d] = [-1, 0, 1, 2].map((k) => sample(second + k)) as [
    number,
    number,
    number,
    number,
  ];
  // Catmull and Rom's cubic, made a little sharper.
  const cubic = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  return cubic + (3 / 64) * t * (1 - t) * (b + c - a - d);
}

/** The grid between its middles. */
const enlarged =
  ({ shape: [height, width], at }: Values, coarse: number): Values['at'] =>
  (y, x, k) => {
    const [v, u] = [y, x].map((i) => (i + 0.5) / coarse - 0.5) as [number, number];
    return lineAt(height, v, (j) => lineAt(width, u, (i) => at(j, i, k)));
  };

describe('a coarse grid', () => {
  it.each([
    { shape: [4, 6, 3], coarse: 2, exponent: 1 },
    { shape: [6, 9, 3], coarse: 3, exponent: 2.2 },
    { shape: [8, 4, 1], coarse: 4, exponent: 2.2 },
    { shape: [8, 12, 4], coarse: 4, exponent: 1 },
    { shape: [5, 3, 3], coarse: 1, exponent: 2.2 },
    { shape: [3, 5, 1], coarse: 1, exponent: 1 },
  ] as const)('has means over squares of $coarse for $shape, to the power of $exponent', (c) => {
    const { coarse, exponent } = c;
    const [height, width, channels] = c.shape;
    const x = values([height, width, channels]);
    const shape: Shape = [height / coarse, width / coarse, channels];
    const expected = listed(shape, (y, i, k) => {
      let sum = 0;
      for (let v = 0; v < coarse; v++) {
        for (let u = 0; u < coarse; u++) sum += x.at(coarse * y + v, coarse * i + u, k) ** exponent;
      }
      return sum / coarse ** 2;
    });
    const input = tensorOf(x);
    const power = exponent === 1 ? undefined : { exponent, least: 1e-12 };
    expectResult([input], () => pooled(input, { coarse, power }), {
      shape,
      expected,
      tolerance: 1e-6,
    });
  });

  it.each([
    { size: [4, 6], channels: 3, isGrey: false, coarse: 2, exponent: 1 },
    { size: [6, 9], channels: 3, isGrey: false, coarse: 3, exponent: 2.2 },
    { size: [4, 10], channels: 1, isGrey: true, coarse: 2, exponent: 1 },
    { size: [4, 16], channels: 1, isGrey: true, coarse: 2, exponent: 1 },
    { size: [6, 12], channels: 3, isGrey: false, coarse: 2, exponent: 1 },
    { size: [8, 12], channels: 3, isGrey: false, coarse: 4, exponent: 2.2 },
    { size: [3, 7], channels: 3, isGrey: true, coarse: 1, exponent: 2.2 },
  ] as const)('has means of packed pixels: %o', ({ size, channels, isGrey, coarse, exponent }) => {
    const image = bytes(size[0], size[1]);
    const reading = { channels, isGrey };
    const power = exponent === 1 ? undefined : { exponent, least: 1e-12 };
    const pixels = pixelsOf(image);
    const plain = tidy(() => pooled(unpacked(pixels, reading), { coarse, power }));
    const [expected, shape] = [[...plain.dataSync()], plain.shape];
    plain.dispose();
    expectResult([pixels], () => pooledPixels(pixels, { ...reading, coarse, power }), {
      shape,
      expected,
      tolerance: 1e-6,
    });
  });

  it.each([
    [2, 2, 1],
    [4, 6, 3],
    [6, 10, 2],
    [8, 2, 6],
  ] as const)('is halved by weights of 1, 3, 3 and 1: [%i, %i, %i]', (height, width, channels) => {
    const x = values([height, width, channels]);
    const parts = (i: number, length: number) =>
      [1, 3, 3, 1]
        .map((weight, k) => ({ weight, at: 2 * i - 1 + k }))
        .filter(({ at }) => at >= 0 && at < length);
    const shape: Shape = [height / 2, width / 2, channels];
    const expected = listed(shape, (y, i, k) => {
      let [sum, total] = [0, 0];
      for (const down of parts(y, height)) {
        for (const across of parts(i, width)) {
          sum += down.weight * across.weight * x.at(down.at, across.at, k);
          total += down.weight * across.weight;
        }
      }
      return sum / total;
    });
    const input = tensorOf(x);
    expectResult([input], () => halved(input), { shape, expected, tolerance: 1e-6 });
  });

  const grids = [
    { grid: [1, 1, 3], coarse: 2 },
    { grid: [3, 4, 3], coarse: 2 },
    { grid: [4, 3, 1], coarse: 3 },
    { grid: [2, 5, 3], coarse: 5 },
    { grid: [5, 3, 3], coarse: 1 },
    { grid: [2, 3, 1], coarse: 1 },
  ] as const;

  it.each(grids)('is added to a picture: $grid, $coarse times as large', ({ grid, coarse }) => {
    const [height, width, channels] = grid;
    const coarseValues = values([height, width, channels]);
    const shape: Shape = [coarse * height, coarse * width, channels];
    const base = values(shape, 5);
    const part = enlarged(coarseValues, coarse);
    const [g, b] = [tensorOf(coarseValues), tensorOf(base)];
    expectResult([b], () => spread(g, b, { coarse, factor: 0.7 }), {
      shape,
      expected: listed(shape, (y, x, k) => base.at(y, x, k) + 0.7 * part(y, x, k)),
      tolerance: 1e-6,
    });
    expectResult([g], () => spread(g, undefined, { coarse, factor: -2 }), {
      shape,
      expected: listed(shape, (y, x, k) => -2 * part(y, x, k)),
      tolerance: 1e-6,
    });
  });

  it.each(grids)('pulls a picture: $grid, $coarse times as large', ({ grid, coarse }) => {
    const [height, width, channels] = grid;
    const coarseValues = values([height, width, channels]);
    const shape: Shape = [coarse * height, coarse * width, channels];
    const [x, target] = [values(shape, 5), values(shape, 6)];
    const part = enlarged(coarseValues, coarse);
    const tensors = { x: tensorOf(x), target: tensorOf(target), grid: tensorOf(coarseValues) };
    const attrs = {
      coarse,
      power: { exponent: 1.2, least: 1e-12 },
      keep: 0.9,
      far: -0.5,
      near: 0.3,
    };
    expectResult(
      Object.values(tensors),
      () => pull(tensors, { ...attrs, range: { low: 0.1, high: 0.6 } }),
      {
        shape,
        expected: listed(shape, (y, i, k) => {
          const v = x.at(y, i, k);
          const sum = 0.9 * v - 0.5 * v ** 1.2 * part(y, i, k) + 0.3 * (v - target.at(y, i, k));
          return Math.min(0.6, Math.max(0.1, sum));
        }),
        tolerance: 1e-6,
      },
    );
  });
});

describe('powers', () => {
  it.each([2.2, 1.2])(
    'of colours are right within a fortieth of a level if they are rough: %f',
    (exponent) => {
      const data = Float32Array.from(
        { length: 1003 },
        (_, i) => 1 / 2048 + (2047 / 2048) * (i / 1002),
      );
      const x = tensor3d(data, [1, 1003, 1]);
      expectResult(
        [x],
        () => pooled(x, { coarse: 1, power: { exponent, least: 1 / 2048, isRough: true } }),
        {
          shape: [1, 1003, 1],
          expected: [...data].map((v) => v ** exponent),
          tolerance: 1e-4,
        },
      );
    },
  );

  it.each([2.2, 1.2, 1 / 2.2])('are those of arithmetic, relatively: %f', (exponent) => {
    // From below the least value to 1, of more than whole vectors.
    const data = Float32Array.from({ length: 1003 }, (_, i) => 10 ** (-13 + (13 * i) / 1002));
    const x = tensor3d(data, [1, 1003, 1]);
    const y = power(x, { exponent, least: 1e-12 });
    y.dataSync().forEach((v, i) => {
      const exact = Math.max(Math.fround(1e-12), data[i] as number) ** exponent;
      expect(Math.abs(v / exact - 1)).toBeLessThan(8e-6);
    });
    x.dispose();
    y.dispose();
  });

  it('have the slope that arithmetic gives', () => {
    const y = values([3, 5, 1]);
    const goal = values([3, 5, 1], 9);
    y.data[4] = 0;
    const [a, b] = [tensorOf(y), tensorOf(goal)];
    const expected = listed([3, 5, 1], (row, x) => {
      const v = Math.max(1e-3, y.at(row, x, 0));
      const z = v ** (1 / 2.2);
      return ((z - goal.at(row, x, 0)) * z) / v;
    });
    expectResult([a, b], () => rootSlope(a, b, { exponent: 1 / 2.2, least: 1e-3 }), {
      shape: [3, 5, 1],
      expected,
      tolerance: 2e-5,
    });
  });
});

describe('a blur', () => {
  it.each([
    { shape: [9, 11, 3], size: 5, normalise: 'none' },
    { shape: [9, 11, 3], size: 5, normalise: 'after' },
    { shape: [9, 11, 3], size: 5, normalise: 'before' },
    { shape: [3, 2, 3], size: 15, normalise: 'after' },
    { shape: [20, 33, 1], size: 7, normalise: 'none' },
    { shape: [1, 1, 1], size: 1, normalise: 'after' },
    // Of so many taps, odd rows and columns are interpolated.
    { shape: [41, 46, 3], size: 19, normalise: 'none' },
    { shape: [64, 80, 3], size: 25, normalise: 'after' },
    { shape: [30, 33, 2], size: 19, normalise: 'before' },
    { shape: [2, 1, 1], size: 21, normalise: 'after' },
    { shape: [40, 32, 1], size: 23, normalise: 'after', isExact: true },
    { shape: [9, 11, 3], size: 5, normalise: 'after', isReflected: true },
    { shape: [40, 32, 1], size: 23, normalise: 'after', isReflected: true },
  ] as const)('of $size taps is what arithmetic says for $shape, normalised $normalise', (c) => {
    const [height, width, channels] = c.shape;
    const x = values([height, width, channels]);
    const taps = gaussianKernel({ size: c.size, sigma: c.size / 5 });
    const isReflected = 'isReflected' in c;
    const attrs = { taps, normalise: c.normalise, isExact: 'isExact' in c, isReflected };
    const isExact = attrs.isExact || c.size < 19;
    const weight = (i: number, j: number): number => {
      const at = (place: number): number => taps[j - place + (c.size - 1) / 2] ?? 0;
      if (isExact || i % 2 === 0) return at(i);
      return (147 * (at(i - 1) + at(i + 1)) - 19 * (at(i - 3) + at(i + 3))) / 256;
    };
    /** For each place the places that have a weight in its sum, with their weights, and the sum of these. */
    const axis = (length: number) =>
      Array.from({ length }, (_, i) => {
        const all = Array.from({ length }, (_, j) => ({ j, w: weight(i, j) }));
        return {
          parts: all.filter(({ w }) => w !== 0),
          sum: all.reduce((sum, { w }) => sum + w, 0),
        };
      });
    const [rows, columns] = [axis(height), axis(width)];
    const share = (y: number, i: number): number => rows[y]!.sum * columns[i]!.sum;
    const expected = listed([height, width, channels], (y, i, k) => {
      let sum = 0;
      for (const { j: v, w: a } of rows[y]!.parts) {
        for (const { j: u, w: b } of columns[i]!.parts) {
          sum += (a * b * x.at(v, u, k)) / (c.normalise === 'before' ? share(v, u) : 1);
        }
      }
      const blur = c.normalise === 'after' ? sum / share(y, i) : sum;
      return isReflected ? 2 * x.at(y, i, k) - blur : blur;
    });
    const input = tensorOf(x);
    expectResult([input], () => blurred(input, attrs), {
      shape: [height, width, channels],
      expected,
      tolerance: 3e-6,
    });
  });

  it.each([3, 4, 6])('of sigma %i is that of a Gaussian, nearly', (sigma) => {
    const shape: Shape = [48, 61, 3];
    const input = tensorOf(values(shape));
    const taps = gaussianKernel({ size: tapsFor(sigma), sigma });
    const exact = blurred(input, { taps, normalise: 'after', isExact: true });
    const expected = [...exact.dataSync()];
    exact.dispose();
    expectResult([input], () => blurred(input, { taps, normalise: 'after' }), {
      shape: [...shape],
      expected,
      tolerance: 0.004,
    });
  });
});

describe('a near band', () => {
  const cases = [
    { grid: [3, 4], coarse: 2, nearChannels: 1, channels: 3 },
    { grid: [3, 5], coarse: 1, nearChannels: 1, channels: 3 },
    // Of widths that are multiples of 8 or 4, several pixels are made at a time.
    { grid: [3, 8], coarse: 2, nearChannels: 1, channels: 3 },
    { grid: [5, 4], coarse: 1, nearChannels: 1, channels: 3 },
    { grid: [2, 3], coarse: 4, nearChannels: 1, channels: 3 },
    { grid: [2, 3], coarse: 3, nearChannels: 3, channels: 3 },
    { grid: [4, 3], coarse: 2, nearChannels: 1, channels: 1 },
    { grid: [1, 1], coarse: 1, nearChannels: 1, channels: 3 },
  ] as const;
  const made = ({
    grid: [height, width],
    coarse,
    nearChannels,
    channels,
  }: (typeof cases)[number]) => {
    const image = bytes(coarse * height, coarse * width);
    const reading = { channels: nearChannels, isGrey: nearChannels === 1 };
    const near = valuesOf(tidy(() => unpacked(pixelsOf(image), reading)));
    const low = values([height, width, nearChannels], 3);
    const ground = values([height, width, channels], 4);
    const soft = enlarged(low, coarse);
    const band: Values['at'] = (y, x, k) =>
      near.at(y, x, k % nearChannels) - soft(y, x, k % nearChannels);
    return { image, low, ground, band };
  };

  it.each(cases)('has the extent that arithmetic says: %o', (c) => {
    const { coarse, nearChannels, grid } = c;
    const { image, low, band } = made(c);
    const shape: Shape = [...grid, 2 * nearChannels];
    const expected = listed(shape, (y, x, k) => {
      const sign = k < nearChannels ? 1 : -1;
      let sum = 0;
      for (let v = 0; v < coarse; v++) {
        for (let u = 0; u < coarse; u++) {
          sum += Math.max(0, sign * band(coarse * y + v, coarse * x + u, k % nearChannels)) ** 4;
        }
      }
      return sum / coarse ** 2;
    });
    const tensors = { near: pixelsOf(image), low: tensorOf(low) };
    expectResult(Object.values(tensors), () => extents(tensors, { coarse }), {
      shape,
      expected,
      tolerance: 1e-6,
    });
  });

  it.each(cases)('needs room on a ground: %o', (c) => {
    const { nearChannels, grid } = c;
    const { ground } = made(c);
    const extent = values([...grid, 2 * nearChannels], 7);
    const expected = listed(ground.shape, (y, x, k) => {
      const [up, down] = [0, nearChannels].map(
        (first) => 0.9 * extent.at(y, x, first + (k % nearChannels)) ** 0.25,
      ) as [number, number];
      const scale = Math.max(1, up + down);
      const v = ground.at(y, x, k);
      return Math.min(Math.max(v, down / scale), 1 - up / scale) - v;
    });
    const [a, b] = [tensorOf(ground), tensorOf(extent)];
    expectResult([a, b], () => roomFor(a, b, { factor: 0.9 }), {
      shape: [...ground.shape],
      expected,
      tolerance: 1e-6,
    });
  });

  it.each(cases.flatMap((c) => [true, false].map((soft) => ({ ...c, soft }))))(
    'is put on a ground: %o',
    (c) => {
      const { coarse, soft, grid, channels } = c;
      const { image, low, ground, band } = made(c);
      const under = enlarged(ground, coarse);
      const shape: Shape = [coarse * grid[0], coarse * grid[1], channels];
      const expected = listed(shape, (y, x, k) => {
        const d = 1.5 * band(y, x, k);
        const v = under(y, x, k);
        if (!soft) return v + d;
        const ground = Math.min(1, Math.max(0, v));
        const knee = (d > 0 ? 1 - ground : ground) / 2;
        const over = Math.max(0, Math.abs(d) - knee);
        const bent = over > 0 ? (over * knee) / (over + knee) : 0;
        return Math.max(0.1, ground + Math.sign(d) * (Math.min(Math.abs(d), knee) + bent));
      });
      const [a, b, g] = [pixelsOf(image), tensorOf(low), tensorOf(ground)];
      const attrs = { coarse, groundCoarse: coarse, gain: 1.5, soft, least: 0.1 };
      expectResult([a, b, g], () => withDetail({ near: a, low: b }, g, attrs), {
        shape,
        expected,
        tolerance: 2e-6,
      });
    },
  );
});
