// Sepia: the brown tone of old prints, with the meaning of CSS' filter.
import * as z from 'zod';
import { type Mixture, mixChannels } from '../../tensor/colour/pointwise.ts';
import { defineEffect } from '../effect.ts';

export const sepia = defineEffect({
  name: 'sepia',
  summary: 'The brown tone of old prints, as the CSS filter of this name gives it.',
  examples: [{ plan: 'w=320/sepia', source: 'bust.jpg' }],
  params: {
    amount: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe('How far towards the full tone: 0 changes nothing.')
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
    const kept = 1 - amount;
    const mixture = TONE.map(([r, g, b], to): Mixture[number] => [
      amount * r + (to === 0 ? kept : 0),
      amount * g + (to === 1 ? kept : 0),
      amount * b + (to === 2 ? kept : 0),
    ]);
    const options = { mixture, light: 'coded' as const };
    return { picture: await mixChannels(picture, options, { kernels, pace }) };
  },
});

/** Shares of red, green and blue in each channel at full strength, on sRGB-coded values (W3C Filter Effects 1). */
const TONE = [
  [0.393, 0.769, 0.189],
  [0.349, 0.686, 0.168],
  [0.272, 0.534, 0.131],
] as const;
