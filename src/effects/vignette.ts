// Vignette: a picture that fades into one colour towards its corners.
import * as z from 'zod';
import { createImage, type Image } from '../image.ts';
import { codeOfLinear, linearOfByte } from '../tensor/colour/colour.ts';
import { thresholdMap } from '../tensor/palette/threshold-map.ts';
import { parseColour } from '../tensor/picture/composite.ts';
import { eachBand, type Pace } from '../timing.ts';
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
  async run({ picture, params, pace }) {
    if (params.strength === 0) return { picture };
    return { picture: await faded(picture, params, pace) };
  },
});

type Options = { strength: number; radius: number; feather: number; color: string };

async function faded(image: Image, options: Options, pace: Pace): Promise<Image> {
  const { width, height } = image;
  const result = createImage(image);
  const shares = new Float32Array(width);
  await eachBand(height, pace, (top, bottom) => {
    for (let y = top; y < bottom; y++) {
      rowShares(shares, y, image, options);
      fadeRow(image, result, { y, shares, color: options.color });
    }
  });
  return result;
}

/** Writes the share of the colour at each pixel of row `y`. */
function rowShares(
  shares: Float32Array,
  y: number,
  { width, height }: Image,
  { strength, radius, feather }: Options,
): void {
  // A hard edge is still one pixel wide, so that it is smooth.
  const ramp = Math.max(feather, 2 / Math.hypot(width, height));
  const down = ((2 * y + 1) / height - 1) ** 2;
  for (let x = 0; x < width; x++) {
    const across = ((2 * x + 1) / width - 1) ** 2;
    // 0 in the centre, 1 in the corners.
    const distance = Math.sqrt((across + down) / 2);
    const t = Math.min(1, Math.max(0, (distance - radius) / ramp));
    shares[x] = strength * t * t * (3 - 2 * t);
  }
}

function fadeRow(
  { width, data }: Image,
  { data: out }: Image,
  { y, shares, color }: { y: number; shares: Float32Array; color: string },
): void {
  const { r, g, b } = parseColour(color);
  const { size, thresholds } = thresholdMap('blue-noise');
  const noiseRow = (y % size) * size;
  for (let x = 0, i = 4 * y * width; x < width; x++, i += 4) {
    const share = shares[x]!;
    // Rounds up or down by a fixed pattern, because a slow gradient rounded to the nearest level shows bands.
    const threshold = thresholds[noiseRow + (x % size)]!;
    out[i] = fadedByte(data[i]!, r, share, threshold);
    out[i + 1] = fadedByte(data[i + 1]!, g, share, threshold);
    out[i + 2] = fadedByte(data[i + 2]!, b, share, threshold);
    out[i + 3] = data[i + 3]!;
  }
}

/** The level between `byte` and the linear `to`; `byte` itself if the share is 0, `to`'s nearest level if it is 1. */
function fadedByte(byte: number, to: number, share: number, threshold: number): number {
  if (share === 0) return byte;
  const code = 255 * codeOfLinear(linearOfByte[byte]! * (1 - share) + to * share);
  const whole = Math.round(code);
  // Levels that need no rounding, such as the colour itself, stay flat.
  if (Math.abs(code - whole) < 1e-3) return whole;
  return Math.floor(code + threshold);
}
