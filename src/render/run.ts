// Runs a plan's steps on decoded pixels, at every place.
import type { ReadModel, Report } from '../effects/effect.ts';
import type { JobPort } from '../effects/job-port.ts';
import { AppError } from '../errors.ts';
import {
  createImage,
  type Image,
  movedShrunk,
  type Shrunk,
  type Size,
  unshrunk,
} from '../image.ts';
import { type Plan, type Step, sourcesOf, vectorId, vectorsOf } from '../plan/plan.ts';
import { release } from '../release.ts';
import type { PixelKernels } from '../tensor/pixel-kernels.ts';
import { createPaces, type PaceOf } from '../timing.ts';

export type RunPorts = {
  /** Milliseconds; only differences count. */
  now: () => number;
  /** Lets other requests of the process run; may throw to end the work. */
  pause: () => Promise<void>;
  /** Makes the paces of the steps; by default from `pause`. */
  paceOf?: PaceOf;
  /** The SIMD kernels for pixels. */
  kernels: PixelKernels;
  /** The tensor backend, if it must be started: `prepare` runs before tensors are made, `failed` after work on them failed. */
  tensors?: { prepare: () => Promise<void>; failed: () => void };
  /** Loads models; no models if left out. */
  model?: ReadModel;
  /** Graph engine, progress, previews and checkpoints for job steps, on the GPU backend. */
  job?: JobPort;
};

export type RunInputs = {
  image: Image;
  /**
   * Whether the image belongs to the run, which then releases each picture as soon as no later step needs it, and gives the result to the
   * caller. Default: false.
   */
  owned?: boolean;
  /** The scale at which the image was decoded, if reduced. The plan's first step that is not a move must then have `decode.shrink`. */
  shrunk?: Shrunk;
  /** Further images by their text in the plan (`asset:bust.jpg`), decoded and upright. */
  further: ReadonlyMap<string, Image>;
  /** Vectors of further images by `vectorId`. */
  vectors?: ReadonlyMap<string, Float32Array>;
  /** Whether the steps' reports are wanted. */
  reports: boolean;
  /** Called before step `index` if its input is not of the predicted size; throws to refuse the rest of the plan, else returns new predictions. */
  admit?: (index: number, size: Size) => readonly number[] | undefined;
  /** Predicted milliseconds of each step, which decide how often it yields. */
  stepMs?: readonly number[];
};

export type RunResult = {
  image: Image;
  /** Name, time in milliseconds and report of each step. */
  steps: { name: string; ms: number; report: Report | undefined }[];
};

/** Runs the steps in order. Throws what a step throws. */
export async function runPlan(
  plan: Plan,
  { image, owned = false, shrunk = unshrunk(image), reports, admit, stepMs, ...others }: RunInputs,
  ports: RunPorts,
): Promise<RunResult> {
  const { now, pause, kernels, tensors, job } = ports;
  const paceOf = ports.paceOf ?? createPaces(pause);
  let predictedMs = stepMs;
  let picture = image;
  let shown = shrunk;
  const steps: RunResult['steps'] = [];
  const isFurther = ({ data }: Image): boolean =>
    [...others.further.values()].some((image) => image.data.buffer === data.buffer);
  const leave = (left: Image, next?: Image): void => {
    const isKept = left.data.buffer === next?.data.buffer || isFurther(left);
    if (owned && !isKept) release(left.data);
  };
  try {
    // A result can be smaller than predicted, and of another shape, if its size depends on the pixels (trimmed borders).
    let predicted = shown.full;
    for (const [index, step] of plan.steps.entries()) {
      const { effect, params } = step;
      const { width, height } = shown.full;
      if (width !== predicted.width || height !== predicted.height) {
        predictedMs = admit?.(index, { width, height }) ?? predictedMs;
      }
      predicted = effect.size(shown.full, params);
      const began = now();
      if (effect.needs.tensors?.(params)) await tensors?.prepare();
      job?.throwIfCanceled();
      const result = await effect.run({
        picture,
        shrunk: shown,
        ...furtherOf(step, others),
        params,
        reports,
        kernels,
        pace: paceOf(predictedMs?.[index]),
        model: readModel(ports),
        job: job && jobOfStep(job, index),
      });
      shown = effect.decode.move
        ? movedShrunk(shown, effect.decode.move(params))
        : unshrunk(result.picture);
      leave(picture, result.picture);
      picture = result.picture;
      steps.push({ name: effect.name, ms: now() - began, report: result.report });
    }
    // A step may return one of the further images, which do not belong to the run.
    const image = owned && isFurther(picture) ? copyOf(picture) : picture;
    return { image, steps };
  } catch (error) {
    leave(picture);
    if (!(error instanceof AppError)) tensors?.failed();
    throw error;
  }
}

const copyOf = (image: Image): Image => createImage(image, image.data.slice());

/** Note of a checkpoint that says to which step of the plan it belongs. */
const STEP_NOTE = 'planStep';

/** The job of one step of a plan: it continues only from its own checkpoints, and until then saves none over those of a later step. */
function jobOfStep(job: JobPort, index: number): JobPort {
  const saved = job.resume?.notes[STEP_NOTE];
  const resumed = saved === undefined ? index : Number(saved);
  const isOver = resumed > index;
  return {
    ...job,
    resume: resumed === index ? job.resume : undefined,
    due: (what) => !(isOver && what === 'checkpoint') && job.due(what),
    checkpoint: (state) =>
      job.checkpoint({ ...state, notes: { ...state.notes, [STEP_NOTE]: String(index) } }),
  };
}

/** The function with which effects load models. Throws `model_missing` if there are none. */
export const readModel = ({ model }: Pick<RunPorts, 'model'>): ReadModel =>
  model ??
  (async (name) => {
    throw new AppError('model_missing', `the model ${name} is not there`);
  });

/** The pictures or vectors of a step's further images. */
function furtherOf(
  step: Step,
  { further, vectors: known }: Pick<RunInputs, 'further' | 'vectors'>,
): { inputs: Record<string, Image[]>; vectors: Record<string, Float32Array[]> } {
  const inputs: Record<string, Image[]> = {};
  const vectors: Record<string, Float32Array[]> = {};
  const used = vectorsOf(step);
  for (const name of step.effect.further.params) {
    const texts = sourcesOf(step, name);
    inputs[name] = used ? [] : texts.map((text) => further.get(text)!);
    if (!used) continue;
    vectors[name] = texts.map((text) => known!.get(vectorId({ text, vectors: used }))!);
  }
  return { inputs, vectors };
}
