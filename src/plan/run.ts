// Runs a plan on decoded pixels: the one pipeline, wherever it runs.
import type { Report } from '../effects/effect.ts';
import type { Heavy } from '../effects/heavy.ts';
import { AppError } from '../errors.ts';
import { type Image, movedShrunk, type Shrunk, type Size, unshrunk } from '../image.ts';
import { createPace } from '../pace.ts';
import { disposePicture, fromImage, imageOf, type Picture } from '../tensor/picture.ts';
import { goesToBytes, type Plan, sourcesOf } from './plan.ts';

export type RunPorts = {
  /** Milliseconds; only differences count. */
  now: () => number;
  /** Lets other requests of the process run; may throw what ends the work. */
  pause: () => Promise<void>;
  /** The tensor backend, where it is not simply there: awaited before tensors are made, told when work on them failed. */
  tensors?: { prepare: () => Promise<void>; failed: () => void };
  /** What heavy steps work with, on the GPU backend. */
  heavy?: Heavy;
};

export type RunInputs = {
  image: Image;
  /** What the image shows where the decoder shrunk it; the plan's first step that is no move must have `shrink` then. */
  shrunk?: Shrunk;
  /** Further images by their text in the plan (`asset:bust.jpg`), decoded and upright. */
  further: ReadonlyMap<string, Image>;
  /** Whether the steps' reports are wanted. */
  reports: boolean;
  /** Called where a picture is not of the size that was predicted, before step `index` works on it; throws what refuses the rest of the plan. */
  admit?: (index: number, size: Size) => void;
};

export type RunResult = {
  image: Image;
  /** Per step: its name, what it took, and what it reported. */
  steps: { name: string; ms: number; report: Report | undefined }[];
};

/** Runs the steps in their order. Tensors are freed on every path; what a step throws is passed on. */
export async function runPlan(
  plan: Plan,
  { image, shrunk = unshrunk(image), further, reports, admit }: RunInputs,
  { now, pause, tensors, heavy }: RunPorts,
): Promise<RunResult> {
  const pace = createPace(pause);
  let picture = fromImage(image);
  let shown = shrunk;
  const steps: RunResult['steps'] = [];
  try {
    // What only the picture tells (a border's width) can make a step's result smaller than predicted, and of another shape.
    let predicted = shown.full;
    for (const [index, { effect, params }] of plan.steps.entries()) {
      const { width, height } = shown.full;
      if (width !== predicted.width || height !== predicted.height) {
        admit?.(index, { width, height });
      }
      predicted = effect.size(shown.full, params);
      const began = now();
      const inputs: Record<string, Picture[]> = {};
      for (const name of effect.inputs) {
        const images = sourcesOf(params[name]).map((text) => further.get(text) as Image);
        inputs[name] = images.map(fromImage);
      }
      if (effect.tensors?.(params)) await tensors?.prepare();
      const result = await effect.run({
        picture,
        shrunk: shown,
        inputs,
        params,
        reports,
        toBytes: goesToBytes(plan, index),
        pace,
        vectors: {},
        model: async (name: string) => {
          if (heavy) return heavy.model(name);
          throw new AppError('model_missing', `the model ${name} is not there`);
        },
        heavy,
      } as Parameters<typeof effect.run>[0]);
      shown = effect.move ? movedShrunk(shown, effect.move(params)) : unshrunk(result.picture);
      if (result.picture !== picture) {
        disposePicture(picture);
        picture = result.picture;
      }
      steps.push({ name: effect.name, ms: now() - began, report: result.report });
    }
    return { image: await imageOf(picture, pace), steps };
  } catch (error) {
    if (!(error instanceof AppError)) tensors?.failed();
    throw error;
  } finally {
    disposePicture(picture);
  }
}
