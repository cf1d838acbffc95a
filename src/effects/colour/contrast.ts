// Cloudflare's `contrast`, with the meaning of CSS' filter.
import * as z from 'zod';
import { byteTable, mapLevels } from '../../tensor/colour/pointwise.ts';
import { defineEffect } from '../effect.ts';

export const contrast = defineEffect({
  name: 'contrast',
  segment: 'options',
  summary: 'Spread the sRGB-coded values around mid grey, as the CSS filter of this name does.',
  examples: [{ plan: 'w=320,contrast=1.5', source: 'landscape.jpg' }],
  params: {
    contrast: z
      .number()
      .min(0)
      .max(10)
      .default(1)
      .describe(
        'Factor of the distance from mid grey in coded values: 0 is grey, 1 changes nothing.',
      )
      .meta({ ui: { min: 0, max: 2 } }),
  },
  isNeutral: ({ contrast: factor }) => factor === 1,
  cost: ({ width, height }) => ({
    work: { pixels: width * height },
    bytes: 8 * width * height,
  }),
  // Equal colours stay equal.
  leavesPalette: (_, before) => before,
  async run({ picture, params: { contrast: factor }, kernels, pace }) {
    if (factor === 1) return { picture };
    const table = byteTable((v) => 0.5 + factor * (v - 0.5));
    return { picture: await mapLevels(picture, table, { kernels, pace }) };
  },
});
