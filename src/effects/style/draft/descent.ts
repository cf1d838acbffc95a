// Drafts a style transfer: takes the styles' colours over, and descends a few steps at two small sizes.
import { image, tensor3d, tidy } from '@tensorflow/tfjs-core';
import { arraySpace } from '../../../fit/array-space.ts';
import { lbfgs } from '../../../fit/optimisers/lbfgs.ts';
import type { Size } from '../../../image.ts';
import type { Rgb } from '../../../nets/rgb.ts';
import type { TensorNet } from '../../../nets/vgg19/on-tensors.ts';
import type { Pace } from '../../../timing.ts';
import { withColoursOf } from './colour-statistics.ts';
import { draftObjective, gramsOf, mixedGrams } from './objective.ts';

/** Steps at a scale; `shrink` is the factor by which it is smaller than the draft. Most of the change is cheap at the small one. */
export const STAGES = [
  { shrink: 2, steps: 16 },
  { shrink: 1, steps: 5 },
] as const;

/** Shortest side in px that the network takes. */
export const LEAST_SIDE = 32;

/** The size of a stage. */
export const stageSize = ({ width, height }: Size, shrink: number): Size => ({
  width: Math.max(LEAST_SIDE, Math.round(width / shrink)),
  height: Math.max(LEAST_SIDE, Math.round(height / shrink)),
});

export type DraftOptions = {
  /** Style pictures with weights that add up to 1. */
  styles: readonly { picture: Rgb; weight: number }[];
  /** Weight of the styles' statistics against the content's own, 0…1. */
  strength: number;
  pace: Pace;
};

/** The content painted in the styles' manner; sides are from `LEAST_SIDE`. */
export async function draftOf(
  net: TensorNet,
  content: Rgb,
  { styles, strength, pace }: DraftOptions,
): Promise<Rgb> {
  const whole = STAGES.reduce((sum, { shrink, steps }) => sum + steps / shrink ** 2, 0);
  const sources = [
    ...(strength < 1 ? [{ picture: content, weight: 1 - strength }] : []),
    ...styles.map(({ picture, weight }) => ({ picture, weight: strength * weight })),
  ];
  const coloured = withColoursOf(content, sources);
  let painted = coloured;
  for (const { shrink, steps } of STAGES) {
    const small = resized(coloured, stageSize(content, shrink));
    const goals = mixedGrams(
      sources.map(({ picture, weight }) => ({
        grams: gramsOf(net, resized(picture, stageSize(picture, shrink))),
        weight,
      })),
    );
    const { gradient } = draftObjective(net, small, goals);
    const optimizer = lbfgs(arraySpace);
    let position = resized(painted, small).data;
    for (let step = 0; step < steps; step++) {
      position = arraySpace.clip(optimizer.next(position, gradient(position)), 0, 1);
      await pace(1 / shrink ** 2 / whole);
    }
    optimizer.dispose();
    painted = { width: small.width, height: small.height, data: position };
  }
  return painted;
}

function resized(picture: Rgb, { width, height }: Size): Rgb {
  if (picture.width === width && picture.height === height) return picture;
  const made = tidy(() => {
    const from = tensor3d(picture.data, [picture.height, picture.width, 3]);
    return image.resizeBilinear(from, [height, width], false, true);
  });
  try {
    return { width, height, data: made.dataSync<'float32'>().slice() };
  } finally {
    made.dispose();
  }
}
