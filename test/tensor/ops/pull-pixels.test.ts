// The last gradient step of a hybrid as pixels, compared with the step and the pixels one after the other: composed on cpu, by our kernels on WASM.
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { packed, pixelsOf } from '../../../src/tensor/ops/packed-pixels.ts';
import { pull, pulledPixels } from '../../../src/tensor/ops/pull.ts';
import { type Shape, tensorOf, values } from './hybrid-values.ts';

describe('a step that ends in pixels', () => {
  it.each([
    { grid: [3, 4, 3], coarse: 4, height: 12, width: 16 },
    // From the target itself, as a first step may be.
    { grid: [3, 4, 3], coarse: 4, height: 12, width: 16, isThere: true },
    // What is beyond the picture is dropped, also within four pixels.
    { grid: [3, 4, 3], coarse: 4, height: 9, width: 15 },
    { grid: [3, 4, 3], coarse: 4, height: 10, width: 13 },
    { grid: [1, 4, 3], coarse: 1, height: 1, width: 3 },
    { grid: [2, 2, 3], coarse: 2, height: 4, width: 2 },
    { grid: [1, 2, 3], coarse: 4, height: 4, width: 1 },
    // The kernel is for three channels and widths that are multiples of four.
    { grid: [3, 4, 1], coarse: 4, height: 12, width: 15 },
    { grid: [3, 5, 3], coarse: 2, height: 5, width: 9 },
  ] as const)('has the levels and the alpha that it should have: %o', (c) => {
    const [height, width, channels] = c.grid;
    const shape: Shape = [c.coarse * height, c.coarse * width, channels];
    const before = memory().numTensors;
    const data = Uint8ClampedArray.from(
      { length: 4 * c.width * c.height },
      (_, i) => (i * 89 + 7) % 256,
    );
    const under = pixelsOf({ width: c.width, height: c.height, data });
    const x = tensorOf(values(shape, 5));
    const tensors = {
      x,
      target: 'isThere' in c ? x : tensorOf(values(shape, 6)),
      grid: tensorOf(values([height, width, channels])),
    };
    const attrs = {
      coarse: c.coarse,
      power: { exponent: 1.2, least: 1 / 2048, isRough: true },
      ...{ keep: 1, far: -0.5, near: 0.3 },
      range: { low: 1 / 2048, high: 1 },
    };
    const result = pulledPixels({ ...tensors, under }, attrs);
    const moved = pull(tensors, attrs);
    const expected = packed(moved, under, { truncate: false });
    expect(result.shape).toEqual([c.height, c.width]);
    const [found, wanted] = [result, expected].map(
      (pixels) => new Uint8Array(pixels.dataSync<'int32'>().slice().buffer),
    ) as [Uint8Array, Uint8Array];
    for (const [i, level] of wanted.entries()) {
      // The order of additions differs, which moves a level at most where it is half-way between two.
      expect(Math.abs(found[i]! - level)).toBeLessThanOrEqual(i % 4 === 3 ? 0 : 1);
    }
    for (const tensor of [...Object.values(tensors), under, result, moved, expected]) {
      tensor.dispose();
    }
    expect(memory().numTensors).toBe(before);
  });
});
