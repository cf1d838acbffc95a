// Checks packing pixels and mirroring, compared with plain arithmetic: composed on cpu, by our kernels on WASM.
import { describe, it } from 'vitest';
import { packed, pixelsOf, unpacked } from '../../../src/tensor/ops/packed-pixels.ts';
import {
  bytes,
  expectResult,
  listed,
  mirrored,
  type Shape,
  tensorOf,
  values,
} from './hybrid-values.ts';

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

  it('are those of a part of a picture', () => {
    const image = bytes(7, 9);
    const whole = new Int32Array(image.data.buffer);
    const part = { width: 4, height: 3, data: image.data, first: 2 * 9 + 3, stride: 9 };
    const listed = (rows: number[], columns: number[]) =>
      rows.flatMap((y) => columns.map((x) => whole[9 * (2 + y) + 3 + x]!));
    expectResult([], () => pixelsOf(part), {
      shape: [3, 4],
      expected: listed([0, 1, 2], [0, 1, 2, 3]),
      tolerance: 0,
    });
    expectResult([], () => pixelsOf(part, { width: 6, height: 4 }), {
      shape: [4, 6],
      expected: listed([0, 1, 2, 2], [0, 1, 2, 3, 3, 2]),
      tolerance: 0,
    });
    const rows = { width: 9, height: 2, data: image.data, first: 9 };
    expectResult([], () => pixelsOf(rows), {
      shape: [2, 9],
      expected: [...whole.subarray(9, 27)],
      tolerance: 0,
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
