// Runs an optimisation through its scales, each with its own graph; each starts from the result of the previous one.
import { arraySpace } from '../../../fit/array-space.ts';
import { descend } from '../../../fit/descend.ts';
import type { Losses } from '../../../fit/loss.ts';
import { exponentialAverage } from '../../../fit/optimisers/average.ts';
import type { Optimizer } from '../../../fit/optimisers/optimisers.ts';
import { type Planes, resizePlanes, withMargin, withoutMargin } from '../../../fit/planes.ts';
import type { GraphEngine } from '../../../graph/engine.ts';
import type { Size } from '../../../image.ts';
import {
  createEvaluator,
  type Evaluator,
  type Network,
  type Objective,
  objectiveGraph,
} from './objective.ts';
import type { RunState, Stage } from './state.ts';
import { computeTargets } from './targets.ts';

/** The pictures of one scale, resized to it. */
export type StagePictures = {
  content: Planes;
  styles: readonly { picture: Planes; weight: number }[];
};

export type StepDone = {
  state: RunState;
  /** Losses before the step. */
  losses: Losses;
  /** Operations of one step. */
  flops: number;
  /** The result if the optimisation ended here; a new vector, within 0…1. */
  result: () => Float32Array;
};

export type StagesOptions = {
  engine: GraphEngine;
  network: Network;
  objective: Objective;
  optimizer: Optimizer<Float32Array>;
  averageDecay: number | undefined;
  /** Weight of the styles' statistics against the content's own, 0…1. */
  strength: number;
  /** Width of the mirrored margin that all sizes and pictures include, in px; 0 unless given. */
  margin?: number;
  stages: readonly Stage[];
  pictures: (size: Size) => StagePictures | Promise<StagePictures>;
  /** Returns the first position, at the first scale. */
  start: (content: Planes) => Float32Array;
  resume?: RunState | undefined;
  /** Called before each scale and after the last; may return other stages from `index` on: fewer steps, fewer or more stages. */
  beforeStage?: (stages: readonly Stage[], index: number) => readonly Stage[];
  /** Called after each step; `true` ends the optimisation. */
  afterStep?: (done: StepDone) => Promise<boolean>;
};

export type StagesResult = {
  picture: Planes;
  /** Losses of the picture. */
  losses: Losses;
  /** The stages that were run. */
  stages: readonly Stage[];
  /** Whether `afterStep` ended the optimisation. */
  ended: boolean;
};

type Run = StagesOptions & { ended: boolean };

/** The result at the last scale that was reached: the average of its iterates or its last one, within 0…1. */
export async function runStages(options: StagesOptions): Promise<StagesResult> {
  const run: Run = { ...options, ended: false };
  let { stages } = options.resume ?? options;
  let resume = options.resume;
  let reached: Reached | undefined;
  for (let index = resume?.stage ?? 0; !run.ended; index++) {
    if (!resume) stages = options.beforeStage?.(stages, index) ?? stages;
    if (index >= stages.length) break;
    reached = await runStage(run, { stages, index, before: reached?.picture, resume });
    resume = undefined;
  }
  if (!reached) throw new RangeError('stages: expected at least one');
  return { ...reached, ended: run.ended };
}

type Reached = Omit<StagesResult, 'ended'>;

type StageOptions = {
  stages: readonly Stage[];
  index: number;
  /** The result of the previous scale. */
  before: Planes | undefined;
  resume: RunState | undefined;
};

async function runStage(
  run: Run,
  { stages, index, before, resume }: StageOptions,
): Promise<Reached> {
  const { engine, network, objective, optimizer, averageDecay } = run;
  const { steps, ...size } = stages[index]!;
  const { content, styles } = await run.pictures(size);
  const { strength } = run;
  const start = resume?.position ?? startOf(run, content, before);
  if (resume) optimizer.restore(resume.optimizer);
  else if (before) optimizer.resize(resampler(before, size, run.margin));
  const average =
    averageDecay === undefined
      ? undefined
      : exponentialAverage(averageDecay, resume?.average ?? start);
  if (!resume) average?.update(start);
  const result = (position: Float32Array): Float32Array =>
    average ? arraySpace.clip(average.value(), 0, 1) : position;

  const targets = await computeTargets({ engine, network, objective, content, styles, strength });
  const evaluator = await createEvaluator(
    engine,
    objectiveGraph(size, network, objective, targets),
  );
  let step = resume?.step ?? 0;
  const descent = {
    evaluate: evaluator.evaluate,
    optimizer,
    average,
    start,
    from: step,
    steps,
    async afterStep(done: { step: number; losses: Losses; position: Float32Array }) {
      step = done.step;
      const { position, losses } = done;
      const state = {
        stages,
        stage: index,
        step,
        position,
        average: average?.state(),
        optimizer: optimizer.state(),
      };
      const { flops } = evaluator;
      const more = { state, losses, flops, result: () => result(position) };
      run.ended = (await run.afterStep?.(more)) ?? false;
      return run.ended;
    },
  };
  try {
    const data = result(await descend(descent));
    return {
      picture: { ...size, data },
      losses: await lossesAt(evaluator, data),
      stages: stages.slice(0, index + 1).map((s, i) => (i === index ? { ...s, steps: step } : s)),
    };
  } finally {
    await evaluator.dispose();
  }
}

function startOf(run: Run, content: Planes, before: Planes | undefined): Float32Array {
  if (!before) return run.start(content);
  return arraySpace.clip(resampler(before, content, run.margin)(before.data), 0, 1);
}

/** Resizes the values of one scale for the next; the margin stays as wide as it is and is mirrored anew. */
const resampler =
  (from: Size, { width, height }: Size, margin = 0) =>
  (data: Float32Array): Float32Array => {
    const seen = withoutMargin({ width: from.width, height: from.height, data }, margin);
    const size = { width: width - 2 * margin, height: height - 2 * margin };
    return withMargin(resizePlanes(seen, size, { antialias: false }), margin).data;
  };

async function lossesAt(evaluator: Evaluator, position: Float32Array): Promise<Losses> {
  const { gradient: _, ...losses } = await evaluator.evaluate(position);
  return losses;
}
