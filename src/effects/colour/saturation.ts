// Cloudflare's `saturation`: how far colours are from the grey of their luminance.
import * as z from 'zod';
import { eachBand } from '../../bands.ts';
import { createImage, type Image } from '../../image.ts';
import type { Pace } from '../../pace.ts';
import { byteOfLinear, linearOfByte } from '../../tensor/colour/colour.ts';
import { LUMINANCE } from '../../tensor/colour/luma.ts';
import { fromImage, imageOf } from '../../tensor/picture/picture.ts';
import { defineEffect } from '../effect.ts';

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
  reads: 'bytes',
  cost: ({ width, height }) => ({
    work: { pixels: width * height },
    bytes: 8 * width * height,
  }),
  async run({ picture, params: { saturation: factor }, pace }) {
    if (factor === 1) return { picture };
    return { picture: fromImage(await saturated(await imageOf(picture, pace), factor, pace)) };
  },
});

// Roughly what a pixel takes, in nanoseconds.
const SATURATED = 18;

async function saturated(image: Image, factor: number, pace: Pace): Promise<Image> {
  const result = createImage(image);
  const count = image.width * image.height;
  await eachBand({ count, ns: SATURATED }, pace, (first, end) =>
    saturate(
      image.data.subarray(4 * first, 4 * end),
      result.data.subarray(4 * first, 4 * end),
      factor,
    ),
  );
  return result;
}

function saturate(data: Uint8ClampedArray, out: Uint8ClampedArray, factor: number): void {
  for (let i = 0; i < data.length; i += 4) {
    const r = linearOfByte[data[i]!]!;
    const g = linearOfByte[data[i + 1]!]!;
    const b = linearOfByte[data[i + 2]!]!;
    const grey = LUMINANCE.r * r + LUMINANCE.g * g + LUMINANCE.b * b;
    out[i] = byteOfLinear(grey + factor * (r - grey));
    out[i + 1] = byteOfLinear(grey + factor * (g - grey));
    out[i + 2] = byteOfLinear(grey + factor * (b - grey));
    out[i + 3] = data[i + 3]!;
  }
}
