// Runs a plan on decoded pixels: the one pipeline, wherever it runs.
import type { Report } from '../effects/effect.ts';
import type { Image, Size } from '../image.ts';
import { disposePicture, fromImage, imageOf, type Picture } from '../tensor/picture.ts';
import type { Plan } from './plan.ts';

export type RunPorts = {
  /** Milliseconds; only differences count. */
  now: () => number;
  /** Lets other requests of the process run. */
  pause: () => Promise<void>;
};

export type RunInputs = {
  image: Image;
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
  { image, further, reports, admit }: RunInputs,
  { now, pause }: RunPorts,
): Promise<RunResult> {
  let picture = fromImage(image);
  const steps: RunResult['steps'] = [];
  try {
    // What only the picture tells (a border's width) can make a step's result smaller than predicted, and of another shape.
    let predicted: Size = picture;
    for (const [index, { effect, params }] of plan.steps.entries()) {
      if (picture.width !== predicted.width || picture.height !== predicted.height) {
        admit?.(index, { width: picture.width, height: picture.height });
      }
      predicted = effect.size(picture, params);
      const began = now();
      const inputs: Record<string, Picture> = {};
      for (const name of effect.inputs) {
        inputs[name] = fromImage(further.get(String(params[name])) as Image);
      }
      const result = await effect.run({ picture, inputs, params, reports, pause } as Parameters<
        typeof effect.run
      >[0]);
      if (result.picture !== picture) {
        disposePicture(picture);
        picture = result.picture;
      }
      steps.push({ name: effect.name, ms: now() - began, report: result.report });
    }
    return { image: imageOf(picture), steps };
  } finally {
    disposePicture(picture);
  }
}
