// Cloudflare's `blur`: a Gaussian in linear light, whose time does not grow with its radius.
import * as z from 'zod';
import { cubicAxis, gaussianAxis } from '../tensor/axis.ts';
import { disposePicture } from '../tensor/picture.ts';
import { resample } from '../tensor/resample.ts';
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
  cost({ width, height }, { blur: radius }) {
    // The reduction's widest window of rows, both pictures in linear light, and the result's copy in the backend.
    const window = 16 * width * Math.min(height, 3 * radius + 2);
    return { ops: 70 * width * height, bytes: window + 32 * width * height };
  },
  run({ picture, params: { blur: radius } }) {
    // A blurred picture has no detail finer than sigma: it is made at the points of a coarser grid and drawn through them.
    const sigma = radius / 2;
    const { width, height } = picture;
    const coarse = resample(picture, {
      columns: gaussianAxis(width, { sigma }),
      rows: gaussianAxis(height, { sigma }),
    });
    if (coarse.width === width && coarse.height === height) return { picture: coarse };
    const fine = resample(coarse, {
      columns: cubicAxis(coarse.width, width),
      rows: cubicAxis(coarse.height, height),
    });
    disposePicture(coarse);
    return { picture: fine };
  },
});
