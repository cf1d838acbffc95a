// Pictures as inputs of networks, and differences of two of them.
import { memory } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { Rgb } from '../../../src/nets/rgb.ts';
import type { Pace } from '../../../src/timing.ts';
import { hash32 } from './golden-images.ts';

type Size = { width: number; height: number };

/** Noise on a gradient, the same everywhere. */
export function noisePicture({ width, height }: Size): Rgb {
  const data = Float32Array.from({ length: 3 * width * height }, (_, i) => {
    const slope = Math.floor(i / 3 / width) / height;
    return 0.6 * ((hash32(i) >>> 8) / 2 ** 24) + 0.4 * slope;
  });
  return { width, height, data };
}

/** The picture of bytes. */
export const rgbOf = (bytes: Uint8Array, size: Size): Rgb => ({
  ...size,
  data: Float32Array.from(bytes, (level) => level / 255),
});

export const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= most)) most = difference;
  }
  return most;
};

/** Runs `work`, then again with a pace that throws at its first, second … call; expects that no tensor is left. */
export async function expectNoLeaks(work: (pace: Pace) => Promise<unknown>): Promise<void> {
  const before = memory().numTensors;
  let calls = 0;
  await work(() => {
    calls++;
    return undefined;
  });
  expect(memory().numTensors).toBe(before);
  expect(calls).toBeGreaterThan(1);
  for (const fatal of [1, 2, calls >> 1, calls]) {
    let call = 0;
    const run = work(() => {
      if (++call === fatal) throw new Error('enough');
      return undefined;
    });
    await expect(run).rejects.toThrow('enough');
    expect(memory().numTensors).toBe(before);
  }
}
