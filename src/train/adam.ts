// Adam (Kingma & Ba 2015) on tensors by name, with clipped gradients and an exponential average of the weights.
import type { TensorData } from '../graph/engine.ts';

export type Tensors = Map<string, TensorData>;

export type AdamOptions = {
  beta1: number;
  beta2: number;
  epsilon: number;
  /** Largest norm of all gradients of a group together. */
  clip: number;
};

export type AdamState = { first: Tensors; second: Tensors };

export const zerosLike = (tensors: Tensors): Tensors =>
  new Map(
    [...tensors].map(([name, { shape, data }]) => [
      name,
      { shape, data: new Float32Array(data.length) },
    ]),
  );

/** Norm of all gradients together. */
export function globalNorm(gradients: readonly Float32Array[]): number {
  let squares = 0;
  for (const gradient of gradients) {
    let sum = 0;
    for (let i = 0; i < gradient.length; i += 1) sum += gradient[i]! * gradient[i]!;
    squares += sum;
  }
  return Math.sqrt(squares);
}

export type AdamStep = {
  weights: Tensors;
  state: AdamState;
  /** By the weights' names. */
  gradients: ReadonlyMap<string, Float32Array>;
  rate: number;
  /** Counts from 1. */
  step: number;
};

/** Changes weights and state in place; returns the norm of the gradients before clipping. Throws a RangeError if it is not finite. */
export function adamStep(
  { weights, state, gradients, rate, step }: AdamStep,
  { beta1, beta2, epsilon, clip }: AdamOptions,
): number {
  const norm = globalNorm([...gradients.values()]);
  if (!Number.isFinite(norm))
    throw new RangeError(`expected finite gradients at step ${step}, got a norm of ${norm}`);
  const scale = norm > clip ? clip / norm : 1;
  const stride = (rate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
  const eps = epsilon * Math.sqrt(1 - beta2 ** step);
  for (const [name, gradient] of gradients) {
    const { data } = weights.get(name)!;
    const m = state.first.get(name)!.data;
    const v = state.second.get(name)!.data;
    for (let i = 0; i < data.length; i += 1) {
      const g = gradient[i]! * scale;
      m[i] = beta1 * m[i]! + (1 - beta1) * g;
      v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
      data[i]! -= (stride * m[i]!) / (Math.sqrt(v[i]!) + eps);
    }
  }
  return norm;
}

/** average ← decay · average + (1 − decay) · weights, in place. */
export function followAverage(average: Tensors, weights: Tensors, decay: number): void {
  for (const [name, { data }] of average) {
    const from = weights.get(name)!.data;
    for (let i = 0; i < data.length; i += 1) data[i]! += (1 - decay) * (from[i]! - data[i]!);
  }
}
