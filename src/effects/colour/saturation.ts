// Cloudflare's `saturation`: scales the distance of colours from the grey of the same luminance.
import * as z from 'zod';
import { saturated } from '../../tensor/colour/pointwise.ts';
import { defineEffect } from '../effect.ts';

export const saturation = defineEffect({
  name: 'saturation',
  segment: 'options',
  summary: 'Strengthen or weaken colours in linear light, which keeps their luminance and hue.',
  examples: [
    { plan: 'w=320,saturation=0', source: 'landscape.jpg' },
    { plan: 'w=320,saturation=1.8', source: 'chess.jpg' },
  ],
  params: {
    saturation: z
      .number()
      .min(0)
      .max(10)
      .default(1)
      .describe(
        'Factor of the distance from the grey of the same luminance, or less if sRGB has no such colour: 0 is grey, 1 changes nothing.',
      )
      .meta({ ui: { min: 0, max: 2 } }),
  },
  isNeutral: ({ saturation: factor }) => factor === 1,
  cost: ({ width, height }) => ({
    work: { pixels: width * height },
    bytes: 8 * width * height,
  }),
  // Equal colours stay equal.
  leavesPalette: (_, before) => before,
  async run({ picture, params: { saturation: factor }, kernels, pace }) {
    if (factor === 1) return { picture };
    return { picture: await saturated(picture, factor, { kernels, pace }) };
  },
});
