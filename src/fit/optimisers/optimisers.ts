// Optimisers: rules that turn gradients into steps.
import type { Space } from '../space.ts';
import { copyOf, type Memory, memory } from './memory.ts';

/** The state of an optimiser between two steps; another instance of the same rule continues from it with identical numbers. */
export type OptimizerState<V> = { step: number; vectors: readonly V[] };

/** Makes the next position from the current one and its gradient, and updates its state. */
export type Optimizer<V> = {
  /** A new vector; the optimiser owns its state. */
  next: (position: V, gradient: V) => V;
  /** The state's vectors are borrowed and valid until the next step. */
  state: () => OptimizerState<V>;
  /** Continues from a state, whose vectors it copies. */
  restore: (state: OptimizerState<V>) => void;
  /** Resizes the state for positions of another size; state that cannot be resized is dropped. */
  resize: (resample: (vector: V) => V) => void;
  dispose: () => void;
};

/** Plain gradient descent. */
export function gradientDescent<V>(space: Space<V>, { lr }: { lr: number }): Optimizer<V> {
  return {
    next: (position, gradient) =>
      space.sum([
        [1, position],
        [-lr, gradient],
      ]),
    ...withMemories(space, []),
  };
}

/** Heavy ball (Polyak 1964), or with `nesterov` the look-ahead form of Sutskever et al. 2013. */
export function momentum<V>(
  space: Space<V>,
  { lr, beta = 0.9, nesterov = false }: { lr: number; beta?: number; nesterov?: boolean },
): Optimizer<V> {
  const velocity = memory(space);
  return {
    next(position, gradient) {
      const last = velocity.get();
      const v = velocity.set(
        last
          ? space.sum([
              [beta, last],
              [1, gradient],
            ])
          : space.sum([[1, gradient]]),
      );
      return nesterov
        ? space.sum([
            [1, position],
            [-lr, gradient],
            [-lr * beta, v],
          ])
        : space.sum([
            [1, position],
            [-lr, v],
          ]);
    },
    ...withMemories(space, [velocity]),
  };
}

/**
 * Adam (Kingma & Ba 2015). `epsilonAt: 'corrected'` adds epsilon to the bias-corrected root, as in the paper's algorithm and
 * PyTorch; `'raw'` to the uncorrected one ("epsilon hat"), as in TensorFlow.
 */
export function adam<V>(
  space: Space<V>,
  options: {
    lr: number;
    beta1?: number;
    beta2?: number;
    epsilon?: number;
    epsilonAt?: 'corrected' | 'raw';
  },
): Optimizer<V> {
  const { lr, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, epsilonAt = 'corrected' } = options;
  const mean = memory(space);
  const square = memory(space);
  const remembered = withMemories(space, [mean, square]);
  const zeros = (like: V): V => space.sum([[0, like]]);
  const faded = (before: V | undefined, share: number, now: V): V =>
    space.sum(
      before === undefined
        ? [[1 - share, now]]
        : [
            [share, before],
            [1 - share, now],
          ],
    );
  return {
    ...remembered,
    next(position, gradient) {
      const step = remembered.count();
      const correction = Math.sqrt(1 - beta2 ** step);
      const rate = (lr * correction) / (1 - beta1 ** step);
      const floor = epsilonAt === 'corrected' ? epsilon * correction : epsilon;
      if (space.adamStep) {
        const [m, s] = [mean, square].map((held) => held.get() ?? held.set(zeros(gradient)));
        const kept = { mean: m!, square: s! };
        return space.adamStep({ position, gradient, ...kept, beta1, beta2, rate, floor });
      }
      const m = mean.set(faded(mean.get(), beta1, gradient));
      const s = square.set(faded(square.get(), beta2, space.product(gradient, gradient)));
      const direction = space.quotient(m, space.offset(space.squareRoot(s), floor));
      return space.sum([
        [1, position],
        [-rate, direction],
      ]);
    },
  };
}

/** Implementation of a rule whose state has a fixed number of vectors. */
function withMemories<V>(space: Space<V>, memories: readonly Memory<V>[]) {
  let step = 0;
  return {
    /** Number of the step, from 1. */
    count: () => ++step,
    state: (): OptimizerState<V> => ({
      step,
      vectors: memories.flatMap((held) => held.get() ?? []),
    }),
    restore(state: OptimizerState<V>) {
      step = state.step;
      memories.forEach((held, i) => {
        const vector = state.vectors[i];
        if (vector === undefined) held.clear();
        else held.set(copyOf(space, vector));
      });
    },
    resize(resample: (vector: V) => V) {
      for (const held of memories) {
        const vector = held.get();
        if (vector !== undefined) held.set(resample(vector));
      }
    },
    dispose() {
      for (const held of memories) held.clear();
    },
  };
}
