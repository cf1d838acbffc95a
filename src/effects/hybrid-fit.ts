// The two ways to fit a hybrid image: the original recipe's gradient descent, and projected gradient steps.
import { clipByValue, log, mul, sigmoid, sub, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import type { Losses, Objective } from './hybrid-objective.ts';

// x^2.2 has no slope at zero, so exact black could never brighten; this is half a level of 8 bits times a quarter.
const FLOOR = 1 / 2048;

export type LossReport = Losses & { step: number };

export type FitOptions = {
  steps: number;
  /** Called at 0, 1, 2, 5, 10, 20, 50 … and after the last step. */
  report?: (report: LossReport) => void;
  pause: () => Promise<void>;
};

/**
 * Gradient descent on v with x = sigmoid(v) (`mode=reference`). `start` `[h, w, 3]` holds values of x and is borrowed;
 * returns x, which the caller owns.
 */
export function fitByDescent(
  objective: Objective,
  start: Tensor3D,
  { lr, ...options }: FitOptions & { lr: number },
): Promise<Tensor3D> {
  const first = tidy(() => {
    const x = clipByValue(start, 1 / 512, 1 - 1 / 512);
    return sub(log(x), log(sub(1, x))) as Tensor3D;
  });
  return iterate(first, objective, options, {
    picture: (v) => sigmoid(v),
    next: (v, x, gradient) => sub(v, mul(mul(gradient, lr), mul(x, sub(1, x)))),
  });
}

/**
 * Projected gradient on x in [1/2048, 1] with step 1 / (2 (nearWeight + farWeight)), the inverse of the largest curvature
 * (`mode=fast`). `start` is borrowed; returns x, which the caller owns.
 */
export function fitByProjection(
  objective: Objective,
  start: Tensor3D,
  { step, ...options }: FitOptions & { step: number },
): Promise<Tensor3D> {
  const first = clipByValue(start, FLOOR, 1) as Tensor3D;
  return iterate(first, objective, options, {
    picture: (x) => x.clone(),
    next: (_, x, gradient) => clipByValue(sub(x, mul(gradient, step)), FLOOR, 1),
  });
}

type Scheme = {
  picture: (state: Tensor3D) => Tensor3D;
  next: (state: Tensor3D, x: Tensor3D, gradient: Tensor3D) => Tensor3D;
};

async function iterate(
  first: Tensor3D,
  objective: Objective,
  { steps, report, pause }: FitOptions,
  { picture, next }: Scheme,
): Promise<Tensor3D> {
  let state = first;
  try {
    for (let step = 0; ; step++) {
      if (report && (step === steps || isReported(step))) {
        const x = picture(state);
        report({ step, ...objective.losses(x) });
        x.dispose();
      }
      if (step === steps) return picture(state);
      const following = tidy(() => {
        const x = picture(state);
        return next(state, x, objective.gradient(x));
      });
      state.dispose();
      state = following;
      await pause();
    }
  } finally {
    state.dispose();
  }
}

/** 0, and 1, 2 or 5 times a power of ten. */
function isReported(step: number): boolean {
  if (step === 0) return true;
  const digit = step / 10 ** Math.floor(Math.log10(step));
  return digit === 1 || digit === 2 || digit === 5;
}
