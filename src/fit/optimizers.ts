// Rules that turn gradients into steps.
import type { Space } from './space.ts';

/** Makes the next position from the present one and its gradient, and remembers what the rule needs. */
export type Optimizer<V> = {
  /** A new vector; what it remembers it keeps by itself. */
  next: (position: V, gradient: V) => V;
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
    dispose() {},
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
    dispose: velocity.clear,
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
  let step = 0;
  return {
    next(position, gradient) {
      step++;
      const squared = space.product(gradient, gradient);
      const [m0, s0] = [mean.get(), square.get()];
      const m = mean.set(
        space.sum(
          m0
            ? [
                [beta1, m0],
                [1 - beta1, gradient],
              ]
            : [[1 - beta1, gradient]],
        ),
      );
      const s = square.set(
        space.sum(
          s0
            ? [
                [beta2, s0],
                [1 - beta2, squared],
              ]
            : [[1 - beta2, squared]],
        ),
      );
      const correction = Math.sqrt(1 - beta2 ** step);
      const floor = epsilonAt === 'corrected' ? epsilon * correction : epsilon;
      const direction = space.quotient(m, space.offset(space.squareRoot(s), floor));
      return space.sum([
        [1, position],
        [(-lr * correction) / (1 - beta1 ** step), direction],
      ]);
    },
    dispose() {
      mean.clear();
      square.clear();
    },
  };
}

/**
 * L-BFGS (Liu & Nocedal 1989) with steps of fixed length `lr` and no line search, as style transfer uses it. The first step is
 * shortened to `lr / max(1, ‖gradient‖)`; pairs without positive curvature are left out.
 */
export function lbfgs<V>(
  space: Space<V>,
  { lr = 1, history = 8 }: { lr?: number; history?: number } = {},
): Optimizer<V> {
  const pairs: { s: V; y: V; rho: number }[] = [];
  const lastPosition = memory(space);
  const lastGradient = memory(space);

  function remember(position: V, gradient: V): void {
    const [p, g] = [lastPosition.get(), lastGradient.get()];
    if (p === undefined || g === undefined) return;
    const s = space.sum([
      [1, position],
      [-1, p],
    ]);
    const y = space.sum([
      [1, gradient],
      [-1, g],
    ]);
    const curvature = space.dot(s, y);
    if (curvature <= 1e-10 * space.dot(y, y)) return;
    pairs.push({ s: space.keep(s), y: space.keep(y), rho: 1 / curvature });
    if (pairs.length > history) {
      const oldest = pairs.shift() as (typeof pairs)[number];
      space.free(oldest.s);
      space.free(oldest.y);
    }
  }

  function direction(gradient: V): V {
    let q = gradient;
    const alphas: number[] = [];
    for (const { s, y, rho } of pairs.toReversed()) {
      const alpha = rho * space.dot(s, q);
      alphas.unshift(alpha);
      q = space.sum([
        [1, q],
        [-alpha, y],
      ]);
    }
    const newest = pairs.at(-1);
    if (newest) q = space.sum([[1 / (newest.rho * space.dot(newest.y, newest.y)), q]]);
    pairs.forEach(({ s, y, rho }, i) => {
      q = space.sum([
        [1, q],
        [(alphas[i] as number) - rho * space.dot(y, q), s],
      ]);
    });
    return q;
  }

  return {
    next(position, gradient) {
      remember(position, gradient);
      const length =
        pairs.length > 0 ? lr : lr / Math.max(1, Math.sqrt(space.dot(gradient, gradient)));
      const next = space.sum([
        [1, position],
        [-length, direction(gradient)],
      ]);
      lastPosition.set(space.sum([[1, position]]));
      lastGradient.set(space.sum([[1, gradient]]));
      return next;
    },
    dispose() {
      for (const { s, y } of pairs.splice(0)) {
        space.free(s);
        space.free(y);
      }
      lastPosition.clear();
      lastGradient.clear();
    },
  };
}

/** A vector that outlives the steps. */
function memory<V>(space: Space<V>) {
  let held: V | undefined;
  const clear = (): void => {
    if (held !== undefined) space.free(held);
    held = undefined;
  };
  return {
    get: () => held,
    set(vector: V): V {
      clear();
      held = space.keep(vector);
      return vector;
    },
    clear,
  };
}
