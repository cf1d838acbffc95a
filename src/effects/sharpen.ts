// Cloudflare's `sharpen`: an unsharp mask on lightness.
import * as z from 'zod';
import { createImage, hasTransparency, type Image } from '../image.ts';
import { binomialBlur } from '../tensor/binomial.ts';
import { alphaOf, lumaOf, visibleLumaOf } from '../tensor/luma.ts';
import { fromImage, imageOf } from '../tensor/picture.ts';
import { defineEffect } from './effect.ts';

export const sharpen = defineEffect({
  name: 'sharpen',
  segment: 'options',
  summary: 'Sharpen the lightness by an unsharp mask of one pixel; colours keep their hue.',
  examples: [{ plan: 'w=320,sharpen=1', source: 'bust.jpg' }],
  params: {
    sharpen: z
      .number()
      .min(0)
      .max(10)
      .default(0)
      .describe(
        'How much of what a blur of 1 px takes away is added, in coded values: 0 nothing, 1 as recommended after shrinking.',
      )
      .meta({ ui: { min: 0, max: 4 } }),
  },
  cost: ({ width, height }) => ({ ops: 22 * width * height, bytes: 24 * width * height }),
  run({ picture, params: { sharpen: amount } }) {
    if (amount === 0) return { picture };
    return { picture: fromImage(sharpened(imageOf(picture), amount)) };
  },
});

// The same amount on every channel: the differences between the channels, which are the colour, stay.
function sharpened(image: Image, amount: number): Image {
  const luma = lumaOf(image);
  const soft = softened(image, luma);
  const result = createImage(image);
  const { data } = image;
  const out = result.data;
  for (let i = 0, p = 0; p < luma.length; i += 4, p++) {
    const more = 255 * amount * ((luma[p] as number) - (soft[p] as number));
    out[i] = (data[i] as number) + more;
    out[i + 1] = (data[i + 1] as number) + more;
    out[i + 2] = (data[i + 2] as number) + more;
    out[i + 3] = data[i + 3] as number;
  }
  return result;
}

/** The blurred luma; where there is alpha, invisible pixels do not count. */
function softened(image: Image, luma: Float32Array): Float32Array {
  if (!hasTransparency(image)) return binomialBlur(luma, image);
  const soft = binomialBlur(visibleLumaOf(image), image);
  const weight = binomialBlur(alphaOf(image), image);
  for (let p = 0; p < soft.length; p++) soft[p]! /= Math.max(weight[p] as number, 1e-6);
  return soft;
}
