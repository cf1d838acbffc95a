// Vignette: a picture that fades into one colour towards its corners.
import * as z from 'zod';
import { radiallyFaded } from '../tensor/colour/radial-fade.ts';
import { parseColour } from '../tensor/picture/composite.ts';
import { defineEffect } from './effect.ts';
import { opaqueColourParam } from './params.ts';

export const vignette = defineEffect({
  name: 'vignette',
  summary: 'Fade into a colour towards the corners, in linear light and without bands.',
  examples: [
    { plan: 'w=320/vignette', source: 'landscape.jpg' },
    { plan: 'w=320/vignette,strength=1,radius=0.5,feather=0.4,color=fff4e0', source: 'chess.jpg' },
  ],
  params: {
    strength: z
      .number()
      .min(0)
      .max(1)
      .default(0.6)
      .describe('Share of the colour where the vignette is full: 0 changes nothing.')
      .meta({ unit: 'share' }),
    radius: z
      .number()
      .min(0)
      .max(1)
      .default(0.3)
      .describe(
        'Where it begins, on the way from the centre (0) to the corners (1). It is an ellipse of the shape of the picture.',
      )
      .meta({ unit: 'share' }),
    feather: z
      .number()
      .min(0)
      .max(1)
      .default(0.7)
      .describe('How far from there it is full, in the same measure; 0 is a hard edge.')
      .meta({ unit: 'share' }),
    color: opaqueColourParam().prefault('000000').describe('The colour that it fades into.'),
  },
  trials: { gallery: { color: { values: ['000000', 'fff4e0'] } } },
  cost: ({ width, height }) => ({
    work: { pixels: width * height },
    bytes: 8 * width * height,
  }),
  async run({ picture, params: { strength, radius, feather, color }, kernels, pace }) {
    if (strength === 0) return { picture };
    // A hard edge is still one pixel wide, so that it is smooth.
    const ramp = Math.max(feather, 2 / Math.hypot(picture.width, picture.height));
    const fade = { radius, ramp, strength, colour: parseColour(color) };
    return { picture: await radiallyFaded(picture, fade, { kernels, pace }) };
  },
});
