// Edges, the high-frequency part of a picture: how strongly its lightness changes at each pixel.
import * as z from 'zod';
import { edgesOf } from '../tensor/filter/edges.ts';
import { defineEffect } from './effect.ts';

export const edges = defineEffect({
  name: 'edges',
  summary:
    'The high-frequency part: the gradient of the sRGB-coded lightness as a grey picture, black where it is flat.',
  examples: [
    { plan: 'w=320/edges,gain=3', source: 'chess.jpg' },
    { plan: 'w=320/edges,kernel=difference,gain=4', source: 'landscape.jpg' },
  ],
  params: {
    kernel: z
      .enum(['sobel', 'difference'])
      .default('sobel')
      .describe('sobel: over 3×3 pixels; difference: to the right and the lower neighbour.'),
    gain: z
      .number()
      .min(0)
      .max(16)
      .default(1)
      .describe('Factor of the result; with 1 an edge from black to white is white.')
      .meta({ ui: { min: 0, max: 8 } }),
  },
  trials: {
    calibration: [
      { options: ['', 'kernel=difference,gain=3'] },
      { options: [''], sizes: [{ width: 2048, height: 1536 }] },
    ],
    gallery: { gain: { values: ['1', '4'] } },
  },
  cost: ({ width, height }) => ({
    work: { pixels: width * height },
    bytes: 4 * width * height,
  }),
  async run({ picture, params: { kernel, gain }, reports, kernels, pace }) {
    // Laid over black, so that the outline of transparent parts is an edge and the colour of invisible pixels is not.
    const { image, energy } = await edgesOf(picture, { kernel, gain, kernels, pace });
    return { picture: image, ...(reports && { report: { energy } }) };
  },
});
