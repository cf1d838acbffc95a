// Every step at 512×512 inside workerd, beside the least time that its arithmetic can take.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Effort } from '../measure/effort.ts';
import { atMost, median, type Outcome, rounded } from '../measure/report.ts';
import { withRuntime } from '../measure/runtime.ts';
import { SAMPLES } from '../pictures/folders.ts';
import { type Stages, sampleStages } from '../stages/stages.ts';

const SIDE = 512;
// One multiply-add on an array of floats in V8, measured with loops over 786,432 values. A table look-up of a byte takes as long.
const NS_PER_OPERATION = 0.45;

// Plans, each with the fewest operations per pixel that the step needs (three channels; reading and writing included).
const plans: Record<string, number> = {
  'trim=10;10;10;10': 2,
  'flip=h': 2,
  'rotate=90': 2,
  'w=256': 3 + 3 * 6 + 1.5 * 6,
  'w=128': 3 + 3 * 6 + 6,
  'brightness=1.2': 3,
  'contrast=1.2': 3,
  'gamma=1.2': 3,
  'saturation=1.5': 9,
  grayscale: 3 + 9 + 3,
  sepia: 9,
  vignette: 3 + 8 + 6,
  duotone: 3 + 3 + 6 + 3,
  'blur=4': 3 + 3 * 13 * 2,
  'blur=60': 3 + 3 * 8,
  'sharpen=1': 3 + 10 + 3,
  'pixelate,block=16': 3 + 3,
  'pixelate,block=16,cells=median': 3 + 6,
  'pixelate,block=16,cells=mode': 3 + 4,
  'pixelate,block=16,cells=detail': 3 + 9,
  'pixelate,columns=128,rows=96,palette=auto': 3 + 3,
  'pixelate,columns=128,rows=96,palette=auto,dither=bayer4': 3 + 3,
  'pixelate,columns=128,rows=96,palette=auto,dither=blue-noise': 3 + 3,
  'pixelate,columns=128,rows=96,palette=auto,dither=floyd-steinberg': 3 + 3,
  'pixelate,columns=128,rows=96,palette=auto,dither=atkinson': 3 + 3,
  'pixelate,columns=128,rows=96,outline=0.5': 3 + 3,
  edges: 3 + 8,
};

/** Most milliseconds of a step. */
export const stepTargets: Readonly<Record<string, number>> = {
  'w=128': 1.2,
  'blur=4': 4,
  'blur=60': 3,
  'pixelate,columns=128,rows=96,palette=auto,dither=floyd-steinberg': 15,
};

/** Milliseconds of the steps of these plans, taken in turn. */
export async function sampleSteps(
  plans: readonly string[],
  { rounds, repeat }: { rounds: number; repeat: number },
): Promise<Record<string, Stages>> {
  const sample = await readFile(join(SAMPLES, 'landscape.jpg'));
  const file = await sharp(sample)
    .resize(SIDE, SIDE, { fit: 'cover' })
    .jpeg({ quality: 90 })
    .toBuffer();
  return withRuntime(async (runtime) => {
    await runtime.put('picture.jpg', new Uint8Array(file));
    const options = plans.map((plan) => [
      plan,
      { plan, file: 'picture.jpg', format: 'webp' as const, repeat },
    ]);
    return sampleStages(runtime, rounds, Object.fromEntries(options));
  });
}

export async function steps({ rounds }: Effort): Promise<Outcome> {
  const taken = { rounds: rounds(7), repeat: rounds(5) };
  const stages = await sampleSteps(Object.keys(plans), taken);
  const samplesOf = (plan: string): number[] => stages[plan]!.steps;
  const floorOf = (operations: number): number =>
    (operations * SIDE * SIDE * NS_PER_OPERATION) / 1e6;
  return {
    tables: [
      {
        title: 'Milliseconds of the step, 512×512',
        columns: ['plan', 'median', 'min', 'floor'],
        rows: Object.entries(plans).map(([plan, operations]) => [
          `\`${plan}\``,
          rounded(median(samplesOf(plan))),
          rounded(Math.min(...samplesOf(plan))),
          rounded(floorOf(operations)),
        ]),
      },
    ],
    targets: Object.entries(stepTargets).map(([plan, ms]) =>
      atMost(`\`${plan}\``, ms, median(samplesOf(plan)), 'ms'),
    ),
    notes: [
      'floor: the fewest operations that the step needs, at the speed of a plain loop, which SIMD kernels exceed; palettes and dithers add operations per cell',
    ],
  };
}
