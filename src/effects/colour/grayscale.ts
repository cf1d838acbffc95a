// Grayscale: every pixel becomes the grey of its luminance.
import * as z from 'zod';
import { byteOfLinear, linearOfByte } from '../../tensor/colour/colour.ts';
import { luminanceOf } from '../../tensor/colour/luma.ts';
import { type MapPixels, mapPixels } from '../../tensor/colour/pointwise.ts';
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
  async run({ picture, params: { amount }, pace }) {
    if (amount === 0) return { picture };
    return { picture: await mapPixels(picture, greyed(amount), pace) };
  },
});

const greyed =
  (amount: number): MapPixels =>
  (data, out) => {
    for (let i = 0; i < data.length; i += 4) {
      const grey = luminanceOf(data, i);
      out[i + 3] = data[i + 3]!;
      if (amount === 1) {
        out[i] = out[i + 1] = out[i + 2] = byteOfLinear(grey);
        continue;
      }
      for (let c = i; c < i + 3; c++) {
        const light = linearOfByte[data[c]!]!;
        out[c] = byteOfLinear(light + amount * (grey - light));
      }
    }
  };
