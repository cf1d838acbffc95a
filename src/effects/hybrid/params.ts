// The parameters of `hybrid`, and the check of their combinations.
import * as z from 'zod';
import { type AppError, paramError } from '../../errors.ts';
import type { ParamsOf } from '../effect.ts';
import { imageParam } from '../params.ts';
import { ALIGN_PATTERN, checkAlign } from './align.ts';

export const hybridParams = {
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
    .meta({ unit: 'px', ui: { max: 40, rare: true } }),
  kernel: z
    .int()
    .min(1)
    .max(255)
    .refine((n) => n % 2 === 1)
    .optional()
    .describe('Taps of the blur; three sigmas to each side unless given, 15 in reference mode.')
    .meta({ unit: 'px', format: 'odd', not: { multipleOf: 2 }, ui: { max: 63, rare: true } }),
  steps: z
    .union([z.literal('auto'), z.int().min(0).max(100000)])
    .default('auto')
    .describe('Gradient steps; auto: 1 in fast mode, 200 in reference mode.')
    .meta({ ui: { max: 500, rare: true } }),
  init: z
    .enum(['frequency', 'gray', 'near', 'far'])
    .optional()
    .describe(
      'The picture that fitting starts from: frequency in fast mode, gray in reference mode.',
    )
    .meta({ ui: { rare: true } }),
  lr: z
    .number()
    .min(0.001)
    .max(100)
    .optional()
    .describe('Learning rate of the reference mode, 0.3 unless given.')
    .meta({ ui: { max: 2, rare: true } }),
  color: z
    .enum(['both', 'far', 'near', 'gray'])
    .optional()
    .describe(
      'Which picture keeps its colours; the other one gives its light alone. far unless given, both in reference mode.',
    )
    .meta({ default: 'far', conditional: true }),
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
      'Makes room for detail where the far picture is nearly black or white, as much as the detail there needs; true except in reference mode.',
    )
    .meta({ ui: { rare: true } }),
  gap: z
    .union([z.literal('auto'), z.number().min(0).max(2)])
    .default('auto')
    .describe(
      'How far above cutoff the near picture begins; auto: 0…1.35, the more the stronger its detail is against the contrast of the far picture, which ends up to 0.25 below cutoff if that detail is weak.',
    )
    .meta({ unit: 'octaves', ui: { rare: true } }),
  align: z
    .string()
    .regex(ALIGN_PATTERN)
    .optional()
    .describe(
      'Two or three pairs of points that meet, as fractions of width and height: near x, near y, far x, far y.',
    )
    .meta({
      format: 'two or three times nx_ny_fx_fy joined by ~, like 0.3_0.4_0.35_0.4~0.7_0.4_0.6_0.4',
      ui: { control: 'pairs' },
    }),
  preview: z
    .enum(['none', 'pyramid', 'distance', 'low', 'high'])
    .default('none')
    .describe(
      'pyramid: halvings side by side; distance: as seen from afar; low, high: the far or the near band alone.',
    )
    .meta({ ui: { rare: true } }),
  distance: z
    .number()
    .min(1)
    .max(64)
    .optional()
    .describe('How many times as far away preview=distance looks from; 8 unless given.')
    .meta({ unit: 'times', default: 8, ui: { max: 32, rare: true } }),
};

export type HybridOptions = ParamsOf<typeof hybridParams>;

/** The error of the parameters' combination, if there is one. */
export function checkHybrid(options: HybridOptions): AppError | undefined {
  const { mode, cutoff, sigma, steps, init, lr, gap, align, preview, distance } = options;
  if (cutoff !== undefined && sigma !== undefined) {
    return paramError({ param: 'sigma', expected: 'either cutoff or sigma', got: 'both' });
  }
  if (lr !== undefined && mode !== 'reference') {
    return paramError({ param: 'lr', expected: 'only with mode=reference' });
  }
  if (gap !== 'auto' && mode === 'reference') {
    return paramError({ param: 'gap', expected: 'auto with mode=reference', got: `${gap}` });
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
}
