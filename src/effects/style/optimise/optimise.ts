// Paints a picture in the style of others by optimising its pixels (Gatys et al. 2015), coarse to fine if the recipe has scales.
import { type Planes, resizePlanes, withoutMargin } from '../../../fit/planes.ts';
import type { Size } from '../../../image.ts';
import type { ReadModel } from '../../effect.ts';
import type { JobPort } from '../../job-port.ts';
import {
  type FlopsOf,
  flopsCounter,
  type Speed,
  schedulesUpTo,
  scheduleWithin,
} from './deadline.ts';
import { createEvaluator, type Network, objectiveGraph } from './objective.ts';
import {
  MARGIN,
  type Prepared,
  preparePictures,
  type StyleSource,
  sizeWithoutMargin,
  startOf,
} from './pictures.ts';
import { type Recipe, type RecipeChoices, recipeOf } from './recipe.ts';
import { leastSide, type ScheduleOptions, stagesOf } from './schedule.ts';
import { runStages, type StagesResult } from './stages.ts';
import { fromCheckpoint, type RunState, type Stage } from './state.ts';
import { computeTargets } from './targets.ts';
import { createWatch } from './watch.ts';

export type { Planes } from '../../../fit/planes.ts';
export { type StyleSource, sizeWithMargin } from './pictures.ts';

export type StyleSettings = RecipeChoices & {
  /** Long side of the result in px; `auto`: by recipe and device, at most the content's. */
  size: 'auto' | number;
  /** Deadline in seconds of `job.elapsed()`; 0: none. Unless given, none on a GPU and `CPU_DEADLINE_S` on the CPU. */
  seconds?: number | undefined;
  seed: number;
  init: 'content' | 'gray' | 'noise';
  /** Long side of the style pictures as a multiple of the scale's; they are never enlarged. */
  styleScale: number;
  /** Weight of the styles' statistics against the content's own, 0…1. */
  strength: number;
};

export type StyleResult = {
  /** The result, at the size that was reached. */
  picture: Planes;
  report: Record<string, unknown>;
};

// Default deadline on the CPU by network, in seconds.
const CPU_DEADLINE_S = { vgg19: 120, 'vgg19-small': 120, slim: 10 } as const;

type Optimisation = {
  recipe: Recipe;
  network: Network;
  settings: StyleSettings;
  job: JobPort;
  prepared: Prepared;
  flopsOf: FlopsOf;
  deadline: number | undefined;
};

/**
 * The stylised picture and a report. Without a deadline nothing depends on time: the same device computes the same values from
 * the same seed. Throws `bad_option`, `model_missing`, and `internal` if the losses become NaN or infinite.
 */
export async function optimizeStyle(
  content: Planes,
  styles: readonly StyleSource[],
  settings: StyleSettings,
  { model, ...job }: JobPort & { model: ReadModel },
): Promise<StyleResult> {
  const recipe = recipeOf(settings);
  const { variant, objective } = recipe;
  const network = { variant, weights: await model(variant) };
  const { kind } = job.engine.device;
  const seconds = settings.seconds ?? (kind === 'cpu' ? CPU_DEADLINE_S[variant] : 0);
  const auto = Math.min(recipe.size(kind), Math.max(content.width, content.height));
  const prepared = preparePictures(content, styles, {
    side: settings.size === 'auto' ? auto : settings.size,
    styleScale: settings.styleScale,
    least: leastSide(network, objective),
  });
  const work: Optimisation = {
    recipe,
    network,
    settings,
    job,
    prepared,
    flopsOf: flopsCounter(network, objective),
    deadline: seconds > 0 ? seconds : undefined,
  };
  if (settings.strength === 0) return unchanged(work, content);
  const wanted = scheduleOptionsOf(work);
  const resume = job.resume && fromCheckpoint(job.resume);
  const result = await run(work, wanted, resume);
  const picture = withoutMargin(result.picture, MARGIN);
  return { picture, report: reportOf(work, { wanted: stagesOf(wanted), result, picture }) };
}

/** The result for `strength` 0: the content itself, which an optimisation would only approximate. */
function unchanged(
  { settings, recipe, job, prepared }: Optimisation,
  content: Planes,
): StyleResult {
  const picture = resizePlanes(content, prepared.size, { antialias: true });
  const { width, height } = picture;
  const what = { recipe: settings.recipe, weights: recipe.variant, width, height };
  return { picture, report: { ...what, scales: [], steps: 0, seconds: job.elapsed() } };
}

const scheduleOptionsOf = ({ recipe, network, prepared }: Optimisation): ScheduleOptions => ({
  size: prepared.size,
  least: leastSide(network, recipe.objective),
  coarsest: recipe.coarsest,
  steps: recipe.steps,
});

async function run(
  work: Optimisation,
  wanted: ScheduleOptions,
  resume: RunState | undefined,
): Promise<StagesResult> {
  const { recipe, network, settings, job, prepared, flopsOf, deadline } = work;
  const optimizer = recipe.optimizer();
  const schedules = schedulesUpTo(wanted);
  const speed = deadline === undefined ? undefined : await measureSpeed(work, schedules[0]![0]!);
  const stages =
    deadline === undefined || !speed
      ? stagesOf(wanted)
      : scheduleWithin(schedules, deadline - job.elapsed(), speed, flopsOf);
  const watch = createWatch({
    job,
    flopsOf,
    deadline,
    speed,
    schedules,
  });
  try {
    return await runStages({
      engine: job.engine,
      network,
      objective: recipe.objective,
      optimizer,
      averageDecay: recipe.averageDecay,
      strength: settings.strength,
      margin: MARGIN,
      stages,
      pictures: prepared.at,
      start: startOf(settings.init, settings.seed),
      resume,
      ...watch,
    });
  } finally {
    optimizer.dispose();
  }
}

/** Prepares a scale as the optimisation does, and times evaluations after a first one. */
async function measureSpeed(work: Optimisation, size: Size): Promise<Speed> {
  const { recipe, network, settings, job, prepared } = work;
  const { objective } = recipe;
  const { engine } = job;
  const { content, styles } = await prepared.at(size);
  const began = job.elapsed();
  const { strength, styleScale } = settings;
  const targets = await computeTargets({ engine, network, objective, content, styles, strength });
  const evaluator = await createEvaluator(
    engine,
    objectiveGraph(size, network, objective, targets),
  );
  try {
    await evaluator.evaluate(content.data);
    const ready = job.elapsed();
    for (let i = 0; i < 2; i++) await evaluator.evaluate(content.data);
    job.throwIfCanceled();
    // At least 1e-15, in case the clock has not advanced.
    const secondsPerFlop = Math.max(1e-15, (job.elapsed() - ready) / (2 * evaluator.flops));
    return {
      secondsPerFlop,
      secondsPerStage: ready - began,
      // Targets need forward passes only, each of which takes less than half of a step.
      stepsPerStage: (1 + styles.length * styleScale ** 2) / 2,
    };
  } finally {
    await evaluator.dispose();
  }
}

function reportOf(
  { recipe, settings, job, deadline }: Optimisation,
  { wanted, result, picture }: { wanted: readonly Stage[]; result: StagesResult; picture: Planes },
): Record<string, unknown> {
  const steps = (stages: readonly Stage[]): number =>
    stages.reduce((sum, stage) => sum + stage.steps, 0);
  return {
    recipe: settings.recipe,
    weights: recipe.variant,
    device: job.engine.device.kind,
    width: picture.width,
    height: picture.height,
    scales: result.stages.map((stage) => ({ ...stage, ...sizeWithoutMargin(stage) })),
    steps: steps(result.stages),
    seconds: job.elapsed(),
    ...(deadline !== undefined && {
      deadline,
      deadlineHit: steps(result.stages) < steps(wanted),
      wanted: { ...wanted.at(-1), ...sizeWithoutMargin(wanted.at(-1)!) },
    }),
    losses: { total: result.losses.loss, ...result.losses.terms },
  };
}
