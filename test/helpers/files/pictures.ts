// Small pictures for tests of effects, and readers of results.
import { memory } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { Effect } from '../../../src/effects/effect.ts';
import { effects } from '../../../src/effects/index.ts';
import type { JobPort } from '../../../src/effects/job-port.ts';
import { createImage, type Image, type Size } from '../../../src/image.ts';
import { parsePlan } from '../../../src/plan/grammar.ts';
import { runPlan } from '../../../src/render/run.ts';
import { kernels } from '../pixel-kernels.ts';

/** An image from a function that returns 3 or 4 bytes for a pixel. */
export function paint(size: Size, pixel: (x: number, y: number) => readonly number[]): Image {
  const image = createImage(size);
  for (let y = 0, i = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, i += 4) {
      const [r = 0, g = 0, b = 0, a = 255] = pixel(x, y);
      image.data.set([r, g, b, a], i);
    }
  }
  return image;
}

/** An opaque image from RGB bytes. */
export function fromRgb(size: Size, rgb: ArrayLike<number>): Image {
  return paint(size, (x, y) => {
    const i = 3 * (y * size.width + x);
    return [rgb[i] as number, rgb[i + 1] as number, rgb[i + 2] as number];
  });
}

/** The four bytes of a pixel. */
export function pixelAt(image: Image, x: number, y: number): number[] {
  const i = 4 * (y * image.width + x);
  return [...image.data.subarray(i, i + 4)];
}

/** Largest difference of any byte of two images of the same size. */
export function maxDifference(a: Image, b: Image): number {
  expect({ width: a.width, height: a.height }).toEqual({ width: b.width, height: b.height });
  return a.data.reduce((most, v, i) => Math.max(most, Math.abs(v - (b.data[i] as number))), 0);
}

export type Ran = { image: Image; report: Record<string, unknown> };

/** Runs the segments of a URL on an image, and checks that no tensor is left. The report is the last step's. */
export async function run(
  segments: string,
  image: Image,
  {
    further = {},
    list = effects,
    job,
  }: { further?: Record<string, Image>; list?: readonly Effect[]; job?: JobPort } = {},
): Promise<Ran> {
  const plan = parsePlan(segments.split('/'), list);
  const before = memory().numTensors;
  const result = await runPlan(
    plan,
    { image, further: new Map(Object.entries(further)), reports: true },
    { now: () => 0, pause: async () => {}, kernels, ...(job && { job }) },
  );
  expect(memory().numTensors).toBe(before);
  return { image: result.image, report: result.steps.at(-1)?.report ?? {} };
}
