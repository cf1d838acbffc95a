// Hybrid at 512×512: our steps and solver against plain transcriptions of the recipe, and the effect as served.
import type { FitSample } from '../inside/hybrid.ts';
import type { RenderSample } from '../inside/render.ts';
import type { Effort } from '../measure/effort.ts';
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
import { withRuntime } from '../measure/runtime.ts';
import { generated } from '../pictures/pictures.ts';

/** The loss of the recipe's original, in double precision, after its 200 steps. */
const RECIPE_LOSS = 12654.5531;
const RECIPE_STEPS = 200;
/** Edge of the pictures in px. */
const SIDE = 512;
const QUICK_SIDE = 64;
/** Gradient steps in one sample of the time of a step. */
const SAMPLE_STEPS = 8;

const OUR_STEP = 'our step';
const PLAIN_STEP = 'plain transcription on tf.js';
const LOOPS_STEP = 'plain JavaScript loops';
const OUR_RECIPE = 'recipe, 200 steps, ours';
const PLAIN_RECIPE = 'recipe, 200 steps, transcription';
export const SERVED_STEP = 'step of hybrid,far=…';

export async function hybrid(effort: Effort): Promise<Outcome> {
  const { difference, progress, needed, perStep, whole, solver, losses } = await fits(effort);
  const served = await effort.once('served step', () => servedStep(effort.rounds(15)));
  const solverMs = median(solver.solver!);
  const step = median(perStep[OUR_STEP]!);
  const timesOurs = (name: string): number => rounded(median(perStep[name]!) / step);
  return {
    tables: [
      mediansTable('Milliseconds of a gradient step', 'ms', perStep, OUR_STEP),
      mediansTable("Time to the recipe's loss", 'ms', whole, solverName(needed)),
      mediansTable('The solver alone, and the effect as served', 'ms', { ...solver, ...served }),
      lossTable(progress, losses),
    ],
    targets: [
      atMost('gradient evaluations to the recipe’s loss', 3, needed, ''),
      atLeast('solver against our 200 steps', 60, median(whole[OUR_RECIPE]!) / solverMs, '×'),
      atLeast(
        'solver against the transcription’s 200 steps',
        60,
        median(whole[PLAIN_RECIPE]!) / solverMs,
        '×',
      ),
      atMost('step of `hybrid,far=…` at 512×512', 12, median(served[SERVED_STEP]!), 'ms'),
    ],
    notes: [
      `after 5 steps our picture and the transcription's differ by at most ${difference.toExponential(1)}`,
      `a step of the transcription takes ${timesOurs(PLAIN_STEP)} times, plain JavaScript ${timesOurs(LOOPS_STEP)} times as long as ours`,
    ],
  };
}

const solverName = (evaluations: number): string => `solver, ${evaluations} evaluations`;

/** Everything about the recipe's objective, in one process. */
const fits = (effort: Effort) =>
  withRuntime(async (runtime) => {
    const side = effort.quick ? QUICK_SIDE : SIDE;
    const fit = (name: string, steps: number) => runtime.measure<FitSample>(name, { steps, side });
    const { difference } = await runtime.measure<{ difference: number }>('agreement', {
      steps: effort.quick ? 1 : 5,
      side,
    });
    const progress: FitSample[] = [];
    for (let steps = 0; steps <= (effort.quick ? 1 : 5); steps++)
      progress.push(await fit('projection', steps));
    const found = progress.findIndex(({ loss }) => loss < RECIPE_LOSS);
    const needed = found < 0 ? progress.length - 1 : found;

    const stepMs = (name: string, most: number) => async () => {
      const steps = effort.quick ? 1 : most;
      return (await fit(name, steps)).ms / steps;
    };
    const perStep = await interleave(
      effort.rounds(9),
      {
        [OUR_STEP]: stepMs('descent', SAMPLE_STEPS),
        [PLAIN_STEP]: stepMs('transcription', SAMPLE_STEPS),
        [LOOPS_STEP]: stepMs('plain', SAMPLE_STEPS / 2),
      },
      1,
    );
    const losses: Record<string, number> = {};
    const recipe = (name: string, label: string) => async () => {
      const { ms, loss } = await fit(name, effort.quick ? 1 : RECIPE_STEPS);
      losses[label] = loss;
      return ms;
    };
    const whole = await interleave(
      // They take half a minute, and are compared with limits of a factor of 60.
      1,
      {
        [OUR_RECIPE]: recipe('descent', 'ours'),
        [PLAIN_RECIPE]: recipe('transcription', 'transcription'),
        [solverName(needed)]: async () => (await fit('projection', needed)).ms,
      },
      0,
    );
    const solver = await interleave(effort.rounds(15), {
      solver: async () => (await fit('projection', needed)).ms,
    });
    return { difference, progress, needed, perStep, whole, solver, losses };
  });

function lossTable(progress: FitSample[], losses: Record<string, number>): Table {
  const row = (name: string, loss: number): string[] => [
    name,
    loss.toFixed(2),
    (loss / RECIPE_LOSS).toFixed(5),
  ];
  return {
    title: 'Loss of the recipe’s objective (ratio 0.1)',
    columns: ['', 'loss', `relative to ${RECIPE_LOSS}`],
    rows: [
      ...Object.entries(losses).map(([name, loss]) => row(`200 steps, ${name}`, loss)),
      ...progress.map(({ loss }, n) => row(solverName(n), loss)),
    ],
  };
}

/** The effect with its defaults and the Worker's memory limit. The far picture has another shape, so it is resampled. */
export const servedStep = (rounds: number): Promise<Record<string, number[]>> =>
  withRuntime(async (runtime) => {
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
      [SERVED_STEP]: async () => {
        const sample = await runtime.measure<RenderSample>('render', options);
        total.push(sample.total);
        return sample.steps[0]!.ms;
      },
    });
    return { ...steps, 'hybrid,far=…, JPEG to WebP': total.slice(-rounds) };
  });
