// L-BFGS, a quasi-Newton optimiser: estimates curvature from the last few steps.

import type { Space } from '../space.ts';
import { copyOf, memory } from './memory.ts';
import type { Optimizer } from './optimisers.ts';

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
  let step = 0;

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
    if (pairs.length > history) forget(1);
  }

  function forget(oldest: number): void {
    for (const { s, y } of pairs.splice(0, oldest)) {
      space.free(s);
      space.free(y);
    }
  }

  function clear(): void {
    forget(pairs.length);
    lastPosition.clear();
    lastGradient.clear();
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
        [alphas[i]! - rho * space.dot(y, q), s],
      ]);
    });
    return q;
  }

  return {
    next(position, gradient) {
      step++;
      remember(position, gradient);
      const length =
        pairs.length > 0 ? lr : lr / Math.max(1, Math.sqrt(space.dot(gradient, gradient)));
      const next = space.sum([
        [1, position],
        [-length, direction(gradient)],
      ]);
      lastPosition.set(copyOf(space, position));
      lastGradient.set(copyOf(space, gradient));
      return next;
    },
    state: () => ({
      step,
      vectors: [
        ...[lastPosition, lastGradient].flatMap((held) => held.get() ?? []),
        ...pairs.flatMap(({ s, y }) => [s, y]),
      ],
    }),
    restore(state) {
      clear();
      step = state.step;
      const [position, gradient, ...rest] = state.vectors.map((v) => space.keep(copyOf(space, v)));
      if (position !== undefined) lastPosition.set(position);
      if (gradient !== undefined) lastGradient.set(gradient);
      for (let i = 0; i + 1 < rest.length; i += 2) {
        const [s, y] = [rest[i]!, rest[i + 1]!];
        pairs.push({ s, y, rho: 1 / space.dot(s, y) });
      }
    },
    // Curvature measured at another size does not apply.
    resize: clear,
    dispose: clear,
  };
}
