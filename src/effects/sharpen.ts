// Cloudflare's `sharpen`: an unsharp mask on lightness.
import * as z from 'zod';
import { sharpened } from '../tensor/filter/sharpen.ts';
import { defineEffect } from './effect.ts';

export const sharpen = defineEffect({
  name: 'sharpen',
  segment: 'options',
  summary: 'Sharpen the lightness by an unsharp mask of one pixel; colours keep their hue.',
  examples: [{ plan: 'w=320,sharpen=1', source: 'bust.jpg' }],
  params: {
    sharpen: z
      .number()
      .min(0)
      .max(10)
      .default(0)
      .describe(
        'How much of the detail that a blur of 1 px removes is added, in coded values: 0 nothing, 1 as recommended after shrinking.',
      )
      .meta({ ui: { min: 0, max: 4 } }),
  },
  trials: {
    calibration: [
      { options: ['sharpen=1'] },
      { options: ['sharpen=1'], source: 'sticker.png', sizes: [{ width: 512, height: 512 }] },
    ],
    gallery: { sharpen: { values: ['1', '5'] } },
  },
  isNeutral: ({ sharpen: amount }) => amount === 0,
  cost: ({ width, height }) => ({
    work: { pixels: width * height },
    bytes: 4 * width * height,
  }),
  async run({ picture, params: { sharpen: amount }, kernels, pace }) {
    if (amount === 0) return { picture };
    return { picture: await sharpened(picture, { amount, kernels, pace }) };
  },
});
