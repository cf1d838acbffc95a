// Cloudflare's `blur`: a Gaussian in linear light, whose time does not grow with its radius.
import * as z from 'zod';
import type { Size } from '../image.ts';
import { blurBlock, blurred, DIRECT_SIGMA } from '../tensor/filter/blur.ts';
import { gaussianPoints, gaussianReach } from '../tensor/resample/axis.ts';
import { resampleCounts } from '../tensor/resample/counts.ts';
import { defineEffect } from './effect.ts';

export const blur = defineEffect({
  name: 'blur',
  segment: 'options',
  summary: 'Gaussian blur in linear light; invisible pixels do not bleed, borders do not darken.',
  examples: [
    { plan: 'w=320,blur=8', source: 'landscape.jpg' },
    { plan: 'w=320,blur=40', source: 'sticker.png' },
  ],
  params: {
    blur: z
      .number()
      .min(1)
      .max(250)
      .describe('Radius: two standard deviations of the Gaussian, in pixels of the result.')
      .meta({ unit: 'px', ui: { min: 1, max: 60 } }),
  },
  spellings: { blur: { 0: undefined } },
  trials: {
    calibration: [
      { options: [1, 2, 3, 6, 25, 150].map((radius) => `blur=${radius}`) },
      { options: ['blur=6'], sizes: [{ width: 2048, height: 1536 }] },
      { options: ['blur=6'], source: 'sticker.png', sizes: [{ width: 512, height: 512 }] },
    ],
    gallery: { blur: { values: ['4', '30'] } },
  },
  cost({ width, height }, { blur: radius }) {
    const pixels = width * height;
    // The picture on the coarser grid in linear light, and the result.
    const coarse = radius / 2 > DIRECT_SIGMA ? pixels / (0.375 * radius) ** 2 : 0;
    return {
      work: { pixels, ...tapsOf({ width, height }, radius / 2) },
      bytes: 16 * coarse + 4 * pixels,
    };
  },
  async run({ picture, params: { blur: radius }, kernels, pace }) {
    return { picture: await blurred(picture, radius / 2, { kernels, pace }) };
  },
});

/** Taps of the sums: at each pixel, or at a few points and between them. */
function tapsOf({ width, height }: Size, sigma: number) {
  if (sigma <= DIRECT_SIGMA) {
    const taps = 2 * gaussianReach(sigma) + 1;
    // Both directions are sums of rows.
    const rowTaps = width * height * (Math.min(width, taps) + Math.min(height, taps));
    return { rowTaps, columnTaps: 0, weights: height * taps };
  }
  const points = { width: gaussianPoints(width, sigma), height: gaussianPoints(height, sigma) };
  const block = blurBlock(sigma);
  const reach = (6 * sigma) / block + 1;
  const direction = (from: number, to: number) => ({ from, to, taps: Math.min(from, reach) });
  const down = resampleCounts({
    columns: direction(width / block, points.width),
    rows: direction(height / block, points.height),
  });
  const up = resampleCounts({
    columns: { from: points.width, to: width, taps: 4 },
    rows: { from: points.height, to: height, taps: 4 },
  });
  return {
    rowTaps: down.rowTaps + up.rowTaps,
    columnTaps: down.columnTaps + up.columnTaps,
    weights: down.weights + up.weights,
  };
}
