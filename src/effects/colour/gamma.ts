// Cloudflare's `gamma`: a power curve that moves the middle tones and keeps black and white.
import * as z from 'zod';
import { byteTable, mapLevels } from '../../tensor/colour/pointwise.ts';
import { defineEffect } from '../effect.ts';

export const gamma = defineEffect({
  name: 'gamma',
  segment: 'options',
  summary: 'Lighten or darken the middle tones by a power of the sRGB-coded values.',
  examples: [{ plan: 'w=320,gamma=0.5', source: 'bust.jpg' }],
  params: {
    gamma: z
      .number()
      .min(0.1)
      .max(10)
      .default(1)
      .describe(
        'Power of the coded values: 0.5 lightens, 1 (or 0, as for Cloudflare) changes nothing, 2 darkens.',
      )
      .meta({ ui: { min: 0.3, max: 3 } }),
  },
  spellings: { gamma: { 0: undefined } },
  trials: {
    calibration: [
      { options: ['gamma=1.6'] },
      { options: ['gamma=1.6'], sizes: [{ width: 2048, height: 1536 }] },
    ],
  },
  isNeutral: ({ gamma: power }) => power === 1,
  cost: ({ width, height }) => ({
    work: { pixels: width * height },
    bytes: 8 * width * height,
  }),
  // Equal colours stay equal.
  leavesPalette: (_, before) => before,
  async run({ picture, params: { gamma: power }, kernels, pace }) {
    if (power === 1) return { picture };
    const table = byteTable((v) => v ** power);
    return { picture: await mapLevels(picture, table, { kernels, pace }) };
  },
});
