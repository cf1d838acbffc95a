// Hybrid at 512×512: our steps and solver against the recipe written down plainly, and the effect as served.
import type { FitSample } from '../inside/hybrid.ts';
import type { RenderSample } from '../inside/render.ts';
import { interleave } from '../measure/interleave.ts';
import {
  atLeast,
  atMost,
  median,
  mediansTable,
  type Outcome,
  rounded,
  type Table,
} from '../measure/report.ts';
import { type Runtime, withRuntime } from '../measure/runtime.ts';
import { generated } from '../pictures/pictures.ts';

/** The recipe's loss after its 200 steps (its float64 original). */
const RECIPE_LOSS = 12654.5531;
const STEPS = 200;

export const hybrid = (rounds: (n: number) => number): Promise<Outcome> =>
  withRuntime(async (runtime) => {
    const fit = (name: string, steps: number) => runtime.measure<FitSample>(name, { steps });
    const { difference } = await runtime.measure<{ difference: number }>('agreement', { steps: 5 });
    const progress = await evaluations(fit);
    const needed = progress.findIndex(({ loss }) => loss < RECIPE_LOSS);

    const perStep = await interleave(
      rounds(9),
      {
        'our step': async () => (await fit('descent', 8)).ms / 8,
        'plain transcription on tf.js': async () => (await fit('transcription', 8)).ms / 8,
        'plain JavaScript loops': async () => (await fit('plain', 4)).ms / 4,
      },
      1,
    );
    const losses: Record<string, number> = {};
    const long = (name: string, label: string) => async () => {
      const { ms, loss } = await fit(name, STEPS);
      losses[label] = loss;
      return ms;
    };
    const whole = await interleave(
      rounds(3),
      {
        'recipe, 200 steps, ours': long('descent', 'ours'),
        'recipe, 200 steps, transcription': long('transcription', 'transcription'),
        [`solver, ${needed} evaluations`]: async () => (await fit('projection', needed)).ms,
      },
      0,
    );
    const solver = await interleave(rounds(15), {
      solver: async () => (await fit('projection', needed)).ms,
    });
    const served = await servedStep(runtime, rounds(15));

    const solverMs = median(solver.solver as number[]);
    const ours = median(whole['recipe, 200 steps, ours'] as number[]);
    const plainly = median(whole['recipe, 200 steps, transcription'] as number[]);
    const step = median(perStep['our step'] as number[]);
    return {
      tables: [
        mediansTable('Milliseconds a gradient step', 'ms', perStep, 'our step'),
        mediansTable(
          "The recipe's loss at 200 steps",
          'ms',
          whole,
          `solver, ${needed} evaluations`,
        ),
        mediansTable('The solver alone, and the effect as served', 'ms', { ...solver, ...served }),
        lossTable(progress, losses),
      ],
      targets: [
        atMost('gradient evaluations to the recipe’s loss', 3, needed, ''),
        atLeast('solver against our 200 steps', 60, ours / solverMs, '×'),
        atLeast('solver against the transcription’s 200 steps', 60, plainly / solverMs, '×'),
        atMost(
          'step of `hybrid,far=…` at 512×512',
          200,
          median(served['step of hybrid,far=…'] as number[]),
          'ms',
        ),
      ],
      notes: [
        `after 5 steps our picture and the transcription's differ by at most ${difference.toExponential(1)}`,
        `a step of the transcription takes ${rounded(median(perStep['plain transcription on tf.js'] as number[]) / step)} times, plain JavaScript ${rounded(median(perStep['plain JavaScript loops'] as number[]) / step)} times as long as ours`,
      ],
      samples: { ...perStep, ...whole, ...solver, ...served },
    };
  });

async function evaluations(
  fit: (name: string, steps: number) => Promise<FitSample>,
): Promise<FitSample[]> {
  const found: FitSample[] = [];
  for (let steps = 0; steps <= 5; steps++) found.push(await fit('projection', steps));
  return found;
}

function lossTable(progress: FitSample[], losses: Record<string, number>): Table {
  return {
    title: 'Loss of the recipe’s objective (ratio 0.1)',
    columns: ['', 'loss', `of ${RECIPE_LOSS}`],
    rows: [
      ...Object.entries(losses).map(([name, loss]) => [
        `200 steps, ${name}`,
        loss.toFixed(2),
        (loss / RECIPE_LOSS).toFixed(5),
      ]),
      ...progress.map(({ loss }, n) => [
        `solver, ${n} evaluations`,
        loss.toFixed(2),
        (loss / RECIPE_LOSS).toFixed(5),
      ]),
    ],
  };
}

/** The effect with its defaults on two generated pictures (the far one has another shape and is resampled). */
async function servedStep(runtime: Runtime, rounds: number): Promise<Record<string, number[]>> {
  const { jpeg } = await generated({ width: 512, height: 512 });
  const far = await generated({ width: 640, height: 512 });
  await runtime.put('near.jpg', jpeg);
  await runtime.put('far.jpg', far.jpeg);
  const options = {
    plan: 'hybrid,far=asset:far.jpg',
    file: 'near.jpg',
    further: { 'asset:far.jpg': 'far.jpg' },
    format: 'webp',
  };
  const total: number[] = [];
  const steps = await interleave(rounds, {
    'step of hybrid,far=…': async () => {
      const sample = await runtime.measure<RenderSample>('render', options);
      total.push(sample.total);
      return sample.steps[0]?.ms as number;
    },
  });
  return { ...steps, 'hybrid,far=…, JPEG to WebP': total.slice(-rounds) };
}
