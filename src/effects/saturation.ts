// Cloudflare's `saturation`: how far colours are from the grey of their luminance.
import * as z from 'zod';
import { createImage, type Image } from '../image.ts';
import { byteOfLinear, linearOfByte } from '../tensor/colour.ts';
import { LUMINANCE } from '../tensor/luma.ts';
import { fromImage, imageOf } from '../tensor/picture.ts';
import { defineEffect } from './effect.ts';

export const saturation = defineEffect({
  name: 'saturation',
  segment: 'options',
  summary: 'Strengthen or weaken colours in linear light, where their luminance can be kept.',
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
        'Factor of the distance from the grey of the same luminance: 0 is grey, 1 changes nothing.',
      )
      .meta({ ui: { min: 0, max: 2 } }),
  },
  cost: ({ width, height }) => ({ ops: 13 * width * height, bytes: 8 * width * height }),
  run({ picture, params: { saturation: factor } }) {
    if (factor === 1) return { picture };
    return { picture: fromImage(saturated(imageOf(picture), factor)) };
  },
});

function saturated({ width, height, data }: Image, factor: number): Image {
  const result = createImage({ width, height });
  const out = result.data;
  for (let i = 0; i < data.length; i += 4) {
    const r = linearOfByte[data[i] as number] as number;
    const g = linearOfByte[data[i + 1] as number] as number;
    const b = linearOfByte[data[i + 2] as number] as number;
    const grey = LUMINANCE.r * r + LUMINANCE.g * g + LUMINANCE.b * b;
    out[i] = byteOfLinear(grey + factor * (r - grey));
    out[i + 1] = byteOfLinear(grey + factor * (g - grey));
    out[i + 2] = byteOfLinear(grey + factor * (b - grey));
    out[i + 3] = data[i + 3] as number;
  }
  return result;
}
