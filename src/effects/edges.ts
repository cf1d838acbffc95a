// Edges, the high-frequency part of a picture: how strongly its lightness changes at each pixel.
import * as z from 'zod';
import { createImage, type Image } from '../image.ts';
import { visibleLumaOf } from '../tensor/colour/luma.ts';
import { energyOf, gradient } from '../tensor/filter/gradient.ts';
import { eachBand, type Pace, portion } from '../timing.ts';
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
    bytes: 16 * width * height,
  }),
  async run({ picture, params: { kernel, gain }, reports, pace }) {
    const { width, height } = picture;
    // Laid over black, so that the outline of transparent parts is an edge and the colour of invisible pixels is not.
    const slopes = await gradient(
      await visibleLumaOf(picture, portion(pace, SHARES.luma)),
      { width, height, kernel },
      portion(pace, SHARES.gradient),
    );
    const grey = await greyOf(slopes, { image: picture, gain }, portion(pace, SHARES.paint));
    const result = { picture: grey };
    if (!reports) return result;
    return { ...result, report: { energy: await energyOf(slopes, portion(pace, SHARES.report)) } };
  },
});

/** Rough shares of the passes. */
const SHARES = { luma: 0.25, gradient: 0.4, paint: 0.3, report: 0.05 };

async function greyOf(
  plane: Float32Array,
  { image, gain }: { image: Image; gain: number },
  pace: Pace,
): Promise<Image> {
  const result = createImage(image);
  const scale = 255 * gain;
  await eachBand(plane.length, pace, (first, end) =>
    paint(plane.subarray(first, end), scale, {
      data: image.data.subarray(4 * first, 4 * end),
      out: result.data.subarray(4 * first, 4 * end),
    }),
  );
  return result;
}

function paint(
  plane: Float32Array,
  scale: number,
  { data, out }: { data: Uint8ClampedArray; out: Uint8ClampedArray },
): void {
  for (let i = 0, p = 0; p < plane.length; i += 4, p++) {
    out[i] = out[i + 1] = out[i + 2] = scale * plane[p]!;
    out[i + 3] = data[i + 3]!;
  }
}
