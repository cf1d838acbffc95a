// Hybrid images: one picture up close, another from afar (Oliva, Torralba & Schyns 2006), fitted by gradient in linear light.
import {
  clipByValue,
  div,
  fill,
  floor,
  mirrorPad,
  mul,
  slice,
  type Tensor3D,
  tidy,
} from '@tensorflow/tfjs-core';
import * as z from 'zod';
import type { Size } from '../image.ts';
import { lanczosAxis } from '../tensor/axis.ts';
import { tapsFor } from '../tensor/gaussian.ts';
import { codedOf, disposePicture, fromCoded, type Picture } from '../tensor/picture.ts';
import { resample } from '../tensor/resample.ts';
import { defineEffect, imageParam, type ParamsOf } from './effect.ts';
import { fitByDescent, fitByProjection, type LossReport } from './hybrid-fit.ts';
import { createObjective, type Objective } from './hybrid-objective.ts';

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
    .meta({ unit: 'cycles per shorter side', default: 16, ui: { min: 4, max: 48 } }),
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
    .describe(
      'Taps of the blur, odd; three sigmas to each side unless given, 15 in reference mode.',
    )
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
};

type Params = ParamsOf<typeof params>;

const FAR_WEIGHT = 1;
// At half a cycle per sigma·2π a Gaussian's gain is 1/2: sqrt(2 ln 2) / 2π.
const SIGMA_CYCLES = Math.sqrt(2 * Math.LN2) / (2 * Math.PI);
// Three coarse pixels per sigma keep 19 taps and lose nothing that the blur keeps.
const COARSE_SIGMA = 3;
// Rows of eight coarse pixels are the fast case of the blur.
const COARSE_UNIT = 8;

export const hybrid = defineEffect({
  name: 'hybrid',
  summary: 'Two pictures in one: the main one up close, the far one from a distance.',
  examples: [
    { plan: 'hybrid,far=asset:bust.jpg', source: 'chess.jpg' },
    { plan: 'hybrid,far=asset:bust.jpg,cutoff=10/w=96', source: 'chess.jpg' },
    { plan: 'w=192/hybrid,far=asset:bust.jpg,mode=reference', source: 'chess.jpg' },
  ],
  params,
  inputs: ['far'],
  check({ mode, cutoff, sigma, steps, init, lr }) {
    if (cutoff !== undefined && sigma !== undefined)
      return 'sigma: expected either cutoff or sigma, got both';
    if (lr !== undefined && mode !== 'reference') return 'lr: expected only with mode=reference';
    if (mode !== 'frequency') return undefined;
    if (steps !== 'auto' && steps !== 0)
      return `steps: expected 0 with mode=frequency, got ${steps}`;
    if (init !== undefined && init !== 'frequency')
      return `init: expected frequency with mode=frequency, got ${init}`;
    return undefined;
  },
  cost(size, options) {
    const { coarse, kernel, steps } = settings(size, options);
    const pixels = size.width * size.height;
    const blurs = (pixels / coarse ** 2) * (12 + 0.7 * kernel.size);
    return {
      ops: 60 * pixels + 2 * blurs + steps * (60 * pixels + 2 * blurs),
      bytes: 130 * pixels,
    };
  },
  async run({ picture, inputs, params: options, pause, reports }) {
    const { mode, steps, coarse, kernel, init, lr } = settings(picture, options);
    const fitted = fitTo(inputs.far, picture);
    const padded = { x: padding(picture.width, coarse), y: padding(picture.height, coarse) };
    const near = codedOf(picture);
    const far = codedOf(fitted);
    if (fitted !== inputs.far) disposePicture(fitted);
    const losses: LossReport[] = [];
    let objective: Objective | undefined;
    let pictures: { near: Tensor3D; far: Tensor3D } | undefined;
    let start: Tensor3D | undefined;
    try {
      pictures = { near: extend(near.tensor, padded), far: extend(far.tensor, padded) };
      objective = createObjective(pictures, {
        nearWeight: options.ratio,
        farWeight: FAR_WEIGHT,
        kernel,
        borders: mode === 'reference' ? 'zero' : 'normalised',
        coarse,
      });
      start = startFrom(init, pictures, objective);
      const report = (step: LossReport) => losses.push(step);
      const fit = { steps, pause, ...(reports && { report }) };
      const x =
        mode === 'reference'
          ? await fitByDescent(objective, start, { ...fit, lr })
          : await fitByProjection(objective, start, {
              ...fit,
              step: 0.5 / (options.ratio + FAR_WEIGHT),
            });
      const tensor = tidy(() => {
        const cut =
          padded.x || padded.y
            ? slice(x, [0, 0, 0], [picture.height, picture.width, 3])
            : x.clone();
        // The recipe casts to bytes, which truncates.
        return mode === 'reference' ? (div(floor(mul(cut, 255)), 255) as Tensor3D) : cut;
      });
      x.dispose();
      return {
        picture: fromCoded({ tensor, alpha: near.alpha }),
        ...(reports && { report: { mode, steps, sigma: kernel.sigma * coarse, losses } }),
      };
    } finally {
      start?.dispose();
      objective?.dispose();
      pictures?.near.dispose();
      pictures?.far.dispose();
      near.tensor.dispose();
      far.tensor.dispose();
    }
  },
});

/** What the parameters come to for a picture of this size. */
function settings({ width, height }: Size, options: Params) {
  const { mode } = options;
  const isReference = mode === 'reference';
  const shorter = Math.min(width, height);
  const asked =
    options.sigma ??
    (isReference && options.cutoff === undefined
      ? 3
      : (SIGMA_CYCLES * shorter) / (options.cutoff ?? 16));
  const fixedTaps = options.kernel ?? (isReference ? 15 : undefined);
  const coarse =
    fixedTaps === undefined
      ? Math.max(1, Math.floor(Math.min(asked / COARSE_SIGMA, shorter / (2 * COARSE_UNIT))))
      : 1;
  // The mean over a coarse pixel blurs already.
  const sigma = Math.sqrt(Math.max(0.09, asked ** 2 - (coarse ** 2 - 1) / 12)) / coarse;
  const auto = { reference: 200, fast: 1, frequency: 0 }[mode];
  return {
    mode,
    coarse,
    kernel: { size: fixedTaps ?? tapsFor(sigma), sigma },
    steps: options.steps === 'auto' ? auto : options.steps,
    init: options.init ?? (isReference ? 'gray' : 'frequency'),
    lr: options.lr ?? 0.3,
  } as const;
}

function startFrom(
  init: 'frequency' | 'gray' | 'near' | 'far',
  { near, far }: { near: Tensor3D; far: Tensor3D },
  objective: Objective,
): Tensor3D {
  if (init === 'gray') return fill(near.shape, 0.5);
  if (init === 'frequency') {
    return tidy(() => clipByValue(objective.frequencyStart(), 0, 1) as Tensor3D);
  }
  return (init === 'near' ? near : far).clone();
}

/** The far picture in the near one's size: covering it, cropped from the middle. */
function fitTo(far: Picture, { width, height }: Size): Picture {
  if (far.width === width && far.height === height) return far;
  const scale = Math.max(width / far.width, height / far.height);
  const crop = (total: number, kept: number) => ({ begin: (total - kept) / 2, length: kept });
  return resample(far, {
    columns: lanczosAxis(far.width, width, crop(far.width, width / scale)),
    rows: lanczosAxis(far.height, height, crop(far.height, height / scale)),
  });
}

// Coarse cells must be whole.
function padding(length: number, coarse: number): number {
  const unit = COARSE_UNIT * coarse;
  const missing = (unit - (length % unit)) % unit;
  return coarse > 1 ? missing : 0;
}

function extend(x: Tensor3D, { x: right, y: below }: { x: number; y: number }): Tensor3D {
  if (right === 0 && below === 0) return x.clone();
  return mirrorPad(
    x,
    [
      [0, below],
      [0, right],
      [0, 0],
    ],
    'symmetric',
  );
}
