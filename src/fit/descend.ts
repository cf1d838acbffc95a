// Fits a picture whose loss and gradient are evaluated together by an asynchronous device.
import { AppError } from '../errors.ts';
import { arraySpace } from './array-space.ts';
import { boundedStep } from './fit.ts';
import type { Losses } from './loss.ts';
import type { Average } from './optimisers/average.ts';
import type { Optimizer } from './optimisers/optimisers.ts';

/** Losses at a picture, and the gradient of their weighted sum. */
export type Evaluation = Losses & { gradient: Float32Array };

export type DescentStep = {
  /** Steps done. */
  step: number;
  /** Losses evaluated before this step. */
  losses: Losses;
  position: Float32Array;
};

export type DescentOptions = {
  evaluate: (position: Float32Array) => Promise<Evaluation>;
  /** Borrowed. */
  optimizer: Optimizer<Float32Array>;
  /** Average that is updated with every position except the first. Borrowed. */
  average?: Average | undefined;
  start: Float32Array;
  /** Steps already done; the descent ends when `steps` are done. */
  from?: number;
  steps: number;
  /** Awaited after every step; `true` ends the descent there. */
  afterStep?: (done: DescentStep) => Promise<boolean>;
};

/** Runs the descent and returns the last position, within 0…1. Throws `internal` if a loss or the gradient is not a finite number. */
export async function descend(options: DescentOptions): Promise<Float32Array> {
  const { evaluate, optimizer, average, start, from = 0, steps, afterStep } = options;
  let position = start;
  for (let step = from; step < steps; step++) {
    const { gradient, ...losses } = await evaluate(position);
    assertNumbers(losses, gradient, step);
    position = boundedStep({
      space: arraySpace,
      optimizer,
      bounds: { min: 0, max: 1 },
      position,
      gradient,
    });
    average?.update(position);
    if (await afterStep?.({ step: step + 1, losses, position })) break;
  }
  return position;
}

function assertNumbers({ loss }: Losses, gradient: Float32Array, step: number): void {
  if (Number.isFinite(loss) && Number.isFinite(arraySpace.dot(gradient, gradient))) return;
  const what = Number.isFinite(loss) ? 'the gradient' : 'the loss';
  throw new AppError(
    'internal',
    `the optimisation failed: ${what} is not a finite number at step ${step + 1}`,
  );
}
