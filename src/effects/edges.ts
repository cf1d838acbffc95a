// The high-frequency part of a picture: how strongly its lightness changes at each pixel.
import * as z from 'zod';
import { createImage, type Image } from '../image.ts';
import { gradient } from '../tensor/gradient.ts';
import { visibleLumaOf } from '../tensor/luma.ts';
import { fromImage, imageOf } from '../tensor/picture.ts';
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
  cost: ({ width, height }) => ({ ops: 20 * width * height, bytes: 20 * width * height }),
  run({ picture, params: { kernel, gain }, reports }) {
    const image = imageOf(picture);
    // Over black: an outline is an edge, the colour of invisible pixels is none.
    const slopes = gradient(visibleLumaOf(image), image, kernel);
    const result = { picture: fromImage(greyOf(slopes, image, gain)) };
    return reports ? { ...result, report: { energy: meanSquare(slopes) } } : result;
  },
});

function greyOf(plane: Float32Array, image: Image, gain: number): Image {
  const result = createImage(image);
  const out = result.data;
  const scale = 255 * gain;
  for (let i = 0, p = 0; p < plane.length; i += 4, p++) {
    out[i] = out[i + 1] = out[i + 2] = scale * (plane[p] as number);
    out[i + 3] = image.data[i + 3] as number;
  }
  return result;
}

/** Of gradients in units of the range from black to white, per pixel, before `gain`. */
const meanSquare = (plane: Float32Array): number =>
  plane.reduce((sum, v) => sum + v * v, 0) / plane.length;
