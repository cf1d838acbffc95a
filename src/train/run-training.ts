// Runs a piece of a training: from the last checkpoint to a number of steps or minutes, or until it is interrupted.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { compile, type EngineOptions } from './engine.ts';
import { openLossLog } from './loss-log.ts';
import type { Progress } from './progress.ts';
import type { Task } from './task.ts';
import { initialState, type StepReport, type TrainingState, trainStep } from './trainer.ts';

export type Piece = {
  /** Folder of checkpoint, log and sheets. */
  out: string;
  seed: number;
  engine: EngineOptions;
  /** The training ends at this step, however many pieces it took. */
  steps: number;
  /** The piece ends after so many. */
  minutes: number;
  /** Steps between lines of the log, and between sheets. */
  logEvery: number;
  sheetEvery: number;
  /** Ends the piece early, with a checkpoint. */
  stop: AbortSignal;
  progress: Progress;
};

/** At most so long is lost when a training is killed. */
const CHECKPOINT_MS = 120_000;

/** Trains and leaves a checkpoint. Returns the state. */
export async function runTraining(task: Task, piece: Piece): Promise<TrainingState> {
  await mkdir(piece.out, { recursive: true });
  const checkpoint = join(piece.out, 'checkpoint.safetensors');
  const state = (await loadCheckpoint(checkpoint)) ?? initialState(task.graph, piece.seed);
  const log = await openLossLog(join(piece.out, 'log.csv'), {
    from: state.step,
    every: piece.logEvery,
  });
  const program = await compile(task.graph.model, piece.engine);
  const started = performance.now();
  let saved = started;
  // The first batch may prepare what later ones need, which says nothing about the steps that follow.
  let lap: { step: number; at: number } | undefined;
  const shareDone = (): number =>
    Math.max(state.step / piece.steps, (performance.now() - started) / 60_000 / piece.minutes);
  try {
    while (shareDone() < 1 && !piece.stop.aborted) {
      const batch = task.batches(state.step + 1);
      lap ??= { step: state.step, at: performance.now() };
      const use = { program, graph: task.graph };
      const { report, outputs } = await trainStep(use, state, batch, task.options);
      task.after?.(state.step, outputs);
      const means = await log.add(state.step, report);
      if (means) {
        const now = performance.now();
        const perSecond = (1000 * (state.step - lap.step)) / (now - lap.at);
        lap = { step: state.step, at: now };
        const losses = textOf(means);
        piece.progress.show({ step: state.step, share: shareDone(), perSecond, losses });
      }
      if (state.step % piece.sheetEvery === 0) {
        const sheet = await task.sheet(state.average, state.step);
        await writeFile(join(piece.out, `sheet-${state.step}.png`), sheet);
      }
      if (performance.now() - saved > CHECKPOINT_MS) {
        await saveCheckpoint(checkpoint, state);
        saved = performance.now();
      }
    }
  } finally {
    await program.dispose();
  }
  await saveCheckpoint(checkpoint, state);
  piece.progress.end();
  return state;
}

const textOf = (means: StepReport): string =>
  Object.entries(means)
    .map(([name, value]) => `${name} ${value.toPrecision(3)}`)
    .join(', ');
