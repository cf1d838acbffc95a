// Cloudflare's `sharpen`: an unsharp mask on lightness.
import * as z from 'zod';
import { createImage, hasTransparency, type Image } from '../image.ts';
import { alphaOf, lumaOf, visibleLumaOf } from '../tensor/colour/luma.ts';
import { binomialBlur } from '../tensor/filter/binomial.ts';
import { eachBand, type Pace, portion } from '../timing.ts';
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
        'How much of the detail that a blur of 1 px removes is added, in coded values: 0 nothing, 1 as recommended after shrinking.',
      )
      .meta({ ui: { min: 0, max: 4 } }),
  },
  trials: {
    calibration: [
      { options: ['sharpen=1'] },
      { options: ['sharpen=1'], source: 'sticker.png', sizes: [{ width: 512, height: 512 }] },
    ],
    gallery: { sharpen: { values: ['1', '5'] } },
  },
  isNeutral: ({ sharpen: amount }) => amount === 0,
  cost: ({ width, height }) => ({
    work: { pixels: width * height },
    // Garbage collection of the bands' planes comes late, so they count as held.
    bytes: 16 * width * height,
  }),
  async run({ picture, params: { sharpen: amount }, pace }) {
    if (amount === 0) return { picture };
    return { picture: await sharpened(picture, amount, pace) };
  },
});

/** Rows that are sharpened at a time, to keep the planes small. */
const BAND_ROWS = 64;
/** Rows beyond a band that its blur reads. */
const REACH = 2;

/** Rough shares of the passes over a band. */
const SHARES = { luma: 0.2, soften: 0.5, add: 0.3 };

async function sharpened(image: Image, amount: number, pace: Pace): Promise<Image> {
  const { width, height } = image;
  const result = createImage(image);
  for (let top = 0; top < height; top += BAND_ROWS) {
    const bottom = Math.min(height, top + BAND_ROWS);
    const above = Math.min(top, REACH);
    const part = rowsOf(image, top - above, Math.min(height, bottom + REACH));
    const bandPace = portion(pace, (bottom - top) / height);
    const luma = await lumaOf(part, portion(bandPace, SHARES.luma));
    const soft = await softened(part, luma, portion(bandPace, SHARES.soften));
    const out = result.data.subarray(4 * width * (top - above));
    const [first, end] = [above * width, (above + bottom - top) * width];
    addDetail(part.data, out, { luma, soft, amount, first, end });
    await bandPace(SHARES.add);
  }
  return result;
}

/** A view of some rows of an image. */
const rowsOf = ({ width, data }: Image, first: number, end: number): Image =>
  createImage(
    { width, height: end - first },
    data.subarray(4 * width * first, 4 * width * end) as Image['data'],
  );

// Adds the same amount to every channel, which keeps the differences between channels, the colour.
function addDetail(
  data: Uint8ClampedArray,
  out: Uint8ClampedArray,
  options: { luma: Float32Array; soft: Float32Array; amount: number; first: number; end: number },
): void {
  const { luma, soft, amount, first, end } = options;
  for (let i = 4 * first, p = first; p < end; i += 4, p++) {
    const more = 255 * amount * (luma[p]! - soft[p]!);
    out[i] = data[i]! + more;
    out[i + 1] = data[i + 1]! + more;
    out[i + 2] = data[i + 2]! + more;
    out[i + 3] = data[i + 3]!;
  }
}

/** The blurred luma, weighted by alpha so that invisible pixels do not count. */
async function softened(image: Image, luma: Float32Array, pace: Pace): Promise<Float32Array> {
  if (!hasTransparency(image)) return binomialBlur(luma, image, pace);
  // Two planes, two blurs and the division take about as long as each other.
  const pass = portion(pace, 1 / 5);
  const soft = await binomialBlur(await visibleLumaOf(image, pass), image, pass);
  const weight = await binomialBlur(await alphaOf(image, pass), image, pass);
  await eachBand(soft.length, pass, (first, end) => {
    for (let p = first; p < end; p++) soft[p]! /= Math.max(weight[p]!, 1e-6);
  });
  return soft;
}
