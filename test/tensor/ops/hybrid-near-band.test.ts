// Checks the near band of hybrids, compared with plain arithmetic: composed on cpu, by our kernels on WASM.
import { tidy } from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { extents, roomFor, withDetail } from '../../../src/tensor/filter/near-band.ts';
import { pixelsOf, unpacked } from '../../../src/tensor/ops/packed-pixels.ts';
import {
  bytes,
  enlarged,
  expectResult,
  listed,
  type Shape,
  tensorOf,
  type Values,
  values,
  valuesOf,
} from './hybrid-values.ts';

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
