// Cloudflare's `blur`: a Gaussian in linear light, whose time does not grow with its radius.
import * as z from 'zod';
import type { Size } from '../image.ts';
import { cubicAxis, gaussianAxis, gaussianPoints } from '../tensor/resample/axis.ts';
import { resampleCounts } from '../tensor/resample/counts.ts';
import { resample } from '../tensor/resample/resample.ts';
import { portion } from '../timing.ts';
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
  cost({ width, height }, { blur: radius }, { toBytes }) {
    const pixels = width * height;
    const leaves = toBytes ? 4 : 16;
    // The widest window of rows, the picture on the coarser grid, and the result, all in linear light.
    const window = width * Math.min(height, 3 * radius + 2);
    const coarse = radius > 3 ? pixels / (0.375 * radius) ** 2 : 0;
    return {
      work: { pixels, ...tapsOf({ width, height }, radius / 2) },
      bytes: 16 * (window + coarse) + leaves * pixels,
      leaves,
    };
  },
  async run({ picture, params: { blur: radius }, toBytes, pace }) {
    // A blurred picture has no detail finer than sigma, so it is computed on a coarser grid and interpolated back.
    const sigma = radius / 2;
    const { width, height } = picture;
    const onto = {
      columns: gaussianAxis(width, { sigma }),
      rows: gaussianAxis(height, { sigma }),
    };
    const fine = onto.columns.to === width && onto.rows.to === height;
    const pass = fine ? pace : portion(pace, 0.5);
    const coarse = await resample(picture, { ...onto, bytes: toBytes && fine }, pass);
    if (fine) return { picture: coarse };
    const back = {
      columns: cubicAxis(coarse.width, width),
      rows: cubicAxis(coarse.height, height),
      bytes: toBytes,
    };
    return { picture: await resample(coarse, back, pass) };
  },
});

/** Taps of sampling onto the coarse grid and, if that is coarser than the pixels, of interpolating back. */
function tapsOf({ width, height }: Size, sigma: number) {
  const columns = gaussianPoints(width, sigma);
  const rows = gaussianPoints(height, sigma);
  const reach = 2 * Math.floor(3 * sigma) + 1;
  const down = resampleCounts({
    columns: { from: width, to: columns, taps: Math.min(width, reach) },
    rows: { from: height, to: rows, taps: Math.min(height, reach) },
  });
  if (columns === width && rows === height) return down;
  const up = resampleCounts({
    columns: { from: columns, to: width, taps: columns === width ? 1 : 4 },
    rows: { from: rows, to: height, taps: rows === height ? 1 : 4 },
  });
  return {
    rowTaps: down.rowTaps + up.rowTaps,
    columnTaps: down.columnTaps + up.columnTaps,
    weights: down.weights + up.weights,
  };
}
