// Measures the hybrid solvers inside workerd, on the golden pair and the recipe's objective.
import { fill, sigmoid, sub, type Tensor3D, tensor3d, tidy, zeros } from '@tensorflow/tfjs-core';
import { fitByDescent, fitByProjection } from '../../src/effects/hybrid/fit.ts';
import type { Size } from '../../src/image.ts';
import { gaussianKernel } from '../../src/tensor/filter/gaussian.ts';
import { blob, detail } from '../../test/helpers/files/golden-images.ts';
import { createObjective, type Objective } from '../../test/helpers/nets/objective.ts';
import { plainStep } from '../rivals/plain-loops.ts';
import { transcribe } from '../rivals/transcription.ts';
import { pause, time, unlimitedTensors } from './engine.ts';

const kernel = { size: 15, sigma: 3 };
const ratio = 0.1;
const lr = 0.3;

const unit = (rgb: Uint8Array): Float32Array => Float32Array.from(rgb, (v) => v / 255);

const sizeOf = (side: number): Size => ({ width: side, height: side });
const shapeOf = (side: number): [number, number, number] => [side, side, 3];

type Pair = { near: Tensor3D; far: Tensor3D };
const pairs = new Map<number, Pair>();

/** The pair at side × side px, kept from call to call. */
function pictures(side: number): Pair {
  const [size, shape] = [sizeOf(side), shapeOf(side)];
  const pair = pairs.get(side) ?? {
    near: tensor3d(unit(detail(size)), shape),
    far: tensor3d(unit(blob(size)), shape),
  };
  pairs.set(side, pair);
  return pair;
}

const objectiveOf = (side: number): Objective =>
  createObjective(pictures(side), {
    nearWeight: ratio,
    farWeight: 1,
    kernel,
    borders: 'zero',
    coarse: 1,
  });

/** The recipe's loss for a picture, in double precision; frees `x`. */
function lossOf(x: Tensor3D): number {
  const objective = objectiveOf(x.shape[0]);
  const { loss } = objective.losses(x);
  objective.dispose();
  x.dispose();
  return loss;
}

/** Steps, and the edge of the pictures in px. */
type Steps = { steps: number; side: number };

export type FitSample = { ms: number; loss: number };

/** The recipe's steps with our gradient, with the making of the objective. */
async function descent({ steps, side }: Steps): Promise<FitSample> {
  const start = tidy(() => fill(shapeOf(side), 0.5) as Tensor3D);
  let x = start;
  const ms = await time(async () => {
    const objective = objectiveOf(side);
    x = await fitByDescent(objective, start, { steps, lr, pause });
    objective.dispose();
  });
  start.dispose();
  return { ms, loss: lossOf(x) };
}

/** Projected steps from the closed-form start, with the making of the objective and of the start. */
async function projection({ steps, side }: Steps): Promise<FitSample> {
  pictures(side);
  let x: Tensor3D | undefined;
  const ms = await time(async () => {
    const objective = objectiveOf(side);
    const start = objective.frequencyStart();
    x = await fitByProjection(objective, start, { steps, step: 0.5 / (ratio + 1), pause });
    start.dispose();
    objective.dispose();
  });
  return { ms, loss: lossOf(x!) };
}

/** The recipe in plain tf.js. */
async function transcription({ steps, side }: Steps): Promise<FitSample> {
  let v: Tensor3D = zeros(shapeOf(side));
  const ms = await time(() => {
    const recipe = transcribe({ ...pictures(side), ratio, lr, kernel: gaussianKernel(kernel) });
    for (let i = 0; i < steps; i++) v = recipe.step(v);
    recipe.dispose();
  });
  const x = sigmoid(v);
  v.dispose();
  return { ms, loss: lossOf(x) };
}

/** The recipe in plain loops. */
async function plain({ steps, side }: Steps): Promise<FitSample> {
  const size = sizeOf(side);
  const near = unit(detail(size));
  const far = unit(blob(size));
  const v = new Float32Array(near.length);
  const ms = await time(() => {
    const step = plainStep({ near, far, ...size, ratio, lr, kernel: gaussianKernel(kernel) });
    for (let i = 0; i < steps; i++) step(v);
  });
  const x = tidy(() => sigmoid(tensor3d(v, shapeOf(side))) as Tensor3D);
  return { ms, loss: lossOf(x) };
}

/** Largest difference between our picture and the transcription's after the same number of steps, 0…1. */
async function agreement({ steps, side }: Steps): Promise<{ difference: number }> {
  const start = tidy(() => fill(shapeOf(side), 0.5) as Tensor3D);
  const objective = objectiveOf(side);
  const ours = await fitByDescent(objective, start, { steps, lr, pause });
  const recipe = transcribe({ ...pictures(side), ratio, lr, kernel: gaussianKernel(kernel) });
  let v: Tensor3D = zeros(shapeOf(side));
  for (let i = 0; i < steps; i++) v = recipe.step(v);
  const difference = tidy(() => sub(ours, sigmoid(v))).dataSync<'float32'>();
  recipe.dispose();
  objective.dispose();
  for (const tensor of [start, ours, v]) tensor.dispose();
  return { difference: difference.reduce((most, d) => Math.max(most, Math.abs(d)), 0) };
}

/** Runs the measurement on tf.js without a memory limit: the transcription needs more than the Worker allows. */
const unlimited =
  <Result>(measure: (options: Steps) => Promise<Result>) =>
  async (options: Steps): Promise<Result> => {
    await unlimitedTensors.prepare();
    return measure(options);
  };

export const hybridMeasurements = {
  descent: unlimited(descent),
  projection: unlimited(projection),
  transcription: unlimited(transcription),
  plain: unlimited(plain),
  agreement: unlimited(agreement),
};
