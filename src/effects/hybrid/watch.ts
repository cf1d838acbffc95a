// Watches a fit that runs as a job: reports progress with losses, saves previews and checkpoints, and ends it if it is canceled.
import type { Tensor3D } from '@tensorflow/tfjs-core';
import type { FitStep, FitWatch } from '../../fit/fit.ts';
import type { Losses } from '../../fit/loss.ts';
import type { Image } from '../../image.ts';
import type { Checkpoint, JobPort } from '../job-port.ts';

/** Shortest time between two evaluations of the losses, which take about as long as a step, in seconds of the job. */
const LOSSES_SECONDS = 1;

export type HybridWatch = FitWatch<Tensor3D> & {
  /** Step from which the fit continues, and its losses before; undefined if it starts anew. */
  resumed: { step: number; losses: Record<string, number>[] } | undefined;
};

export type HybridWatchOptions = {
  job: JobPort;
  steps: number;
  /** Factor of the losses: the number of equal channels that they stand for. */
  copies: number;
  /** Shape of the fitted tensor. */
  shape: readonly [number, number, number];
  /** The losses that the report has so far. */
  reported: () => Record<string, number>[];
  /** The picture of the fitted values, which it borrows. */
  imageOf: (x: Tensor3D) => Image;
  /** Makes a tensor of this shape; the fit frees it. */
  tensorOf: (values: Float32Array) => Tensor3D;
};

/** Watches the fit of a hybrid. Its state is the optimised values: plain gradient descent has no other. */
export function createHybridWatch(options: HybridWatchOptions): HybridWatch {
  const { job, steps, copies, shape, reported, imageOf, tensorOf } = options;
  const resume = fromCheckpoint(job.resume, shape);
  let losses: Record<string, number> | undefined;
  let evaluatedAt = Number.NEGATIVE_INFINITY;

  function report({ step, losses: evaluate }: FitStep<Tensor3D>): void {
    const isDue = job.elapsed() - evaluatedAt >= LOSSES_SECONDS || step === steps;
    if (isDue || !losses) {
      losses = lossesOf(evaluate(), copies);
      evaluatedAt = job.elapsed();
    }
    job.progress({ step, steps, losses });
  }

  async function preview({ picture }: FitStep<Tensor3D>): Promise<void> {
    const x = picture();
    const image = imageOf(x);
    x.dispose();
    await job.preview(image);
  }

  return {
    resumed: resume && { step: resume.step, losses: resume.losses },
    ...(resume && { from: { step: resume.step, position: tensorOf(resume.position) } }),
    async afterStep(done) {
      report(done);
      if (job.due('preview')) await preview(done);
      if (job.due('checkpoint')) {
        await job.checkpoint(toCheckpoint(done, { shape, losses: reported() }));
      }
      job.throwIfCanceled();
    },
  };
}

const lossesOf = ({ loss, terms }: Losses, copies: number): Record<string, number> =>
  Object.fromEntries(
    Object.entries({ total: loss, ...terms }).map(([name, value]) => [name, copies * value]),
  );

const KIND = 'hybrid';

function toCheckpoint(
  { step, position }: FitStep<Tensor3D>,
  { shape, losses }: { shape: readonly number[]; losses: readonly Record<string, number>[] },
): Checkpoint {
  return {
    step,
    notes: { kind: KIND, losses: JSON.stringify(losses) },
    tensors: { position: { shape, data: position.dataSync<'float32'>() } },
  };
}

type State = { step: number; losses: Record<string, number>[]; position: Float32Array };

/** The state in a checkpoint; undefined if it is not one of a fit of this shape, which then starts from the beginning. */
function fromCheckpoint(
  saved: Checkpoint | undefined,
  shape: readonly number[],
): State | undefined {
  const position = saved?.tensors.position;
  if (!saved || saved.notes.kind !== KIND || !position) return undefined;
  if (position.shape.join() !== shape.join()) return undefined;
  try {
    const losses = JSON.parse(saved.notes.losses ?? '[]') as Record<string, number>[];
    return { step: saved.step, losses, position: position.data };
  } catch {
    return undefined;
  }
}
