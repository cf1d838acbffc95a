// Grayscale: every pixel becomes the grey of its luminance.
import * as z from 'zod';
import { saturationMixture } from '../../tensor/colour/luma.ts';
import { mixChannels } from '../../tensor/colour/pointwise.ts';
import { defineEffect } from '../effect.ts';

export const grayscale = defineEffect({
  name: 'grayscale',
  summary: 'Take the colours away: greys of the same luminance, in linear light.',
  examples: [{ plan: 'w=320/grayscale', source: 'landscape.jpg' }],
  params: {
    amount: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe('How far towards the grey: 0 changes nothing, 1 is grey.')
      .meta({ unit: 'share' }),
  },
  cost: ({ width, height }) => ({
    work: { pixels: width * height },
    bytes: 8 * width * height,
  }),
  // Equal colours stay equal.
  leavesPalette: (_, before) => before,
  async run({ picture, params: { amount }, kernels, pace }) {
    if (amount === 0) return { picture };
    const mixture = saturationMixture(1 - amount);
    const options = { mixture, light: 'linear' as const };
    return { picture: await mixChannels(picture, options, { kernels, pace }) };
  },
});
