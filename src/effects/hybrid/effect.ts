// Hybrid images: one picture up close, another from afar (Oliva, Torralba & Schyns 2006), fitted by gradient in linear light.
import * as z from 'zod';
import { paramError } from '../../errors.ts';
import { fromImage, type Picture } from '../../tensor/picture/picture.ts';
import { defineEffect } from '../effect.ts';
import { imageParam } from '../params.ts';
import { ALIGN_PATTERN, checkAlign, fitFar } from './align.ts';
import { blend } from './blend.ts';
import { fromAfar, pyramid, pyramidSize } from './preview.ts';
import { coloursTogether, hybridSettings, paddedSize } from './settings.ts';

const params = {
  far: imageParam().describe(
    'The picture seen from afar; the main picture is the one seen up close.',
  ),
  mode: z
    .enum(['fast', 'frequency', 'reference'])
    .default('fast')
    .describe(
      'fast: closed-form start and projected gradient steps; frequency: the start alone; reference: the original gradient descent.',
    ),
  ratio: z
    .number()
    .min(0.01)
    .max(10)
    .default(0.1)
    .describe('Weight of the near picture against the far one.')
    .meta({ ui: { min: 0.05, max: 1 } }),
  cutoff: z
    .number()
    .min(1)
    .max(256)
    .optional()
    .describe('Frequency where the two pictures meet; 16 unless sigma is given.')
    .meta({
      unit: 'cycles per shorter side',
      default: 16,
      conditional: true,
      ui: { min: 4, max: 48 },
    }),
  sigma: z
    .number()
    .min(0.3)
    .max(200)
    .optional()
    .describe('The blur itself instead of cutoff; 3 in reference mode.')
    .meta({ unit: 'px' }),
  kernel: z
    .int()
    .min(1)
    .max(255)
    .refine((n) => n % 2 === 1)
    .optional()
    .describe('Taps of the blur; three sigmas to each side unless given, 15 in reference mode.')
    .meta({ unit: 'px', format: 'odd' }),
  steps: z
    .union([z.literal('auto'), z.int().min(0).max(100000)])
    .default('auto')
    .describe('Gradient steps; auto: 1 in fast mode, 200 in reference mode.'),
  init: z
    .enum(['frequency', 'gray', 'near', 'far'])
    .optional()
    .describe(
      'The picture that fitting starts from: frequency in fast mode, gray in reference mode.',
    ),
  lr: z
    .number()
    .min(0.001)
    .max(100)
    .optional()
    .describe('Learning rate of the reference mode, 0.3 unless given.'),
  color: z
    .enum(['both', 'far', 'near', 'gray'])
    .default('both')
    .describe('Which picture keeps its colours; the other one gives its light alone.'),
  gain: z
    .number()
    .min(0)
    .max(4)
    .default(1)
    .describe("Strength of the near picture's detail.")
    .meta({ unit: 'times', ui: { min: 0.5, max: 2 } }),
  headroom: z
    .boolean()
    .optional()
    .describe(
      'Compresses the far picture to 18…82 % so that detail shows on its black and white too; true except in reference mode.',
    ),
  align: z
    .string()
    .regex(ALIGN_PATTERN)
    .optional()
    .describe(
      'Two or three pairs of points that meet, as fractions of width and height: near x, near y, far x, far y.',
    )
    .meta({
      format: 'two or three times nx_ny_fx_fy joined by ~, like 0.3_0.4_0.35_0.4~0.7_0.4_0.6_0.4',
    }),
  preview: z
    .enum(['none', 'pyramid', 'distance', 'low', 'high'])
    .default('none')
    .describe(
      'pyramid: halvings side by side; distance: as seen from afar; low, high: the far or the near band alone.',
    ),
  distance: z
    .number()
    .min(1)
    .max(64)
    .optional()
    .describe('How many times as far away preview=distance looks from; 8 unless given.')
    .meta({ unit: 'times', default: 8 }),
};

export const hybrid = defineEffect({
  name: 'hybrid',
  summary: 'Two pictures in one: the main one up close, the far one from a distance.',
  examples: [
    { plan: 'hybrid,far=asset:bust.jpg', source: 'chess.jpg' },
    { plan: 'w=384/hybrid,far=asset:bust.jpg,preview=pyramid', source: 'chess.jpg' },
    { plan: 'w=384/hybrid,far=asset:bust.jpg,preview=distance,distance=8', source: 'chess.jpg' },
    { plan: 'w=384/hybrid,far=asset:bust.jpg,cutoff=10,gain=1.4', source: 'chess.jpg' },
    { plan: 'w=384/hybrid,far=asset:bust.jpg,color=gray,headroom=false', source: 'chess.jpg' },
    {
      plan: 'w=384/hybrid,far=asset:bust.jpg,align=0.5_0.1_0.5_0.12~0.5_0.7_0.5_0.65',
      source: 'chess.jpg',
    },
    { plan: 'w=384/hybrid,far=asset:bust.jpg,mode=frequency,preview=high', source: 'chess.jpg' },
    { plan: 'w=192/hybrid,far=asset:bust.jpg,mode=reference', source: 'chess.jpg' },
  ],
  params,
  reads: 'tensors',
  check({ mode, cutoff, sigma, steps, init, lr, align, preview, distance }) {
    if (cutoff !== undefined && sigma !== undefined) {
      return paramError({ param: 'sigma', expected: 'either cutoff or sigma', got: 'both' });
    }
    if (lr !== undefined && mode !== 'reference') {
      return paramError({ param: 'lr', expected: 'only with mode=reference' });
    }
    if (distance !== undefined && preview !== 'distance') {
      return paramError({ param: 'distance', expected: 'only with preview=distance' });
    }
    const misaligned = align === undefined ? undefined : checkAlign(align);
    if (misaligned) return misaligned;
    if (mode !== 'frequency') return undefined;
    if (steps !== 'auto' && steps !== 0) {
      return paramError({ param: 'steps', expected: '0 with mode=frequency', got: `${steps}` });
    }
    if (init !== undefined && init !== 'frequency') {
      return paramError({ param: 'init', expected: 'frequency with mode=frequency', got: init });
    }
    return undefined;
  },
  size: (input, { preview }) =>
    preview === 'pyramid' ? pyramidSize(input) : { width: input.width, height: input.height },
  further: {
    params: ['far'],
    shrink: (size, far, { align }) =>
      align === undefined ? Math.min(far.width / size.width, far.height / size.height) : 1,
  },
  auto: {
    param: 'steps',
    most: ({ mode }) => ({ reference: 200, fast: 1, frequency: 0 })[mode],
  },
  cost(size, options) {
    const { coarse, kernel, steps } = hybridSettings(size, options);
    const pixels = size.width * size.height;
    // The start and each step blur twice, on the coarse grid.
    const blurs = 1 + steps;
    const blurred = (blurs * pixels) / coarse ** 2;
    // A row of a narrow picture has its price however few pixels it has.
    const narrowRows = size.height * Math.max(0, 1 - size.width / 64);
    const padded = paddedSize(size, coarse);
    const together = coloursTogether(padded);
    // Numbers per colour and pixel at the peak, with what the allocator loses between them, which varies with the size.
    const tensors =
      (options.mode === 'reference' ? 18 : coarse > 1 ? 8.5 : 11.5) +
      (options.color === 'far' || options.color === 'near' ? 1 : 0);
    return {
      work: {
        runs: 1,
        pixels,
        blurred,
        taps: blurred * kernel.size,
        narrowRows,
        steps,
        stepPixels: steps * pixels,
        aligned: options.align === undefined ? 0 : pixels,
        pyramid: options.preview === 'pyramid' ? pixels : 0,
        distance: options.preview === 'distance' ? pixels : 0,
      },
      // The far picture fitted, the result, and some colours of both on their way into the backend and back; or the halvings, in
      // linear light.
      bytes: (options.preview === 'pyramid' ? 68 : together === 3 ? 44 : 28) * pixels,
      heap: 2 ** 19 + 4 * tensors * (together === 3 ? 2.5 : 1) * padded.width * padded.height,
      leaves: 16,
    };
  },
  async run({ picture, inputs, params: options, pace, reports }) {
    const settings = hybridSettings(picture, options);
    const [farPicture] = inputs.far as [Picture];
    const far = await fitFar(farPicture, { near: picture, align: options.align }, pace);
    const { image, report } = await blend({ near: picture, far }, settings, options, {
      pace,
      reports,
    });
    const blended = fromImage(image);
    const shown = {
      pyramid: () => pyramid(blended, pace),
      distance: () => fromAfar(blended, options.distance ?? 8, pace),
    };
    const { preview } = options;
    const isShown = preview === 'pyramid' || preview === 'distance';
    return { picture: isShown ? await shown[preview]() : blended, ...(report && { report }) };
  },
});
