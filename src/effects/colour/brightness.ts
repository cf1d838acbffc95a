// Cloudflare's `brightness`, with the meaning of CSS' filter.
import * as z from 'zod';
import { byteTable, mapLevels } from '../../tensor/colour/pointwise.ts';
import { defineEffect } from '../effect.ts';

export const brightness = defineEffect({
  name: 'brightness',
  segment: 'options',
  summary: 'Multiply the sRGB-coded values, as the CSS filter of this name does.',
  examples: [{ plan: 'w=320,brightness=1.4', source: 'chess.jpg' }],
  params: {
    brightness: z
      .number()
      .min(0)
      .max(10)
      .default(1)
      .describe('Factor of the coded values: 0 is black, 1 changes nothing, 2 is twice as light.')
      .meta({ ui: { min: 0, max: 2 } }),
  },
  isNeutral: ({ brightness: factor }) => factor === 1,
  cost: ({ width, height }) => ({
    work: { pixels: width * height },
    bytes: 8 * width * height,
  }),
  // Equal colours stay equal.
  leavesPalette: (_, before) => before,
  async run({ picture, params: { brightness: factor }, kernels, pace }) {
    if (factor === 1) return { picture };
    const table = byteTable((v) => factor * v);
    return { picture: await mapLevels(picture, table, { kernels, pace }) };
  },
});
