// Fits a picture to a loss by gradient steps, within bounds, with a report of every term.
import type { Evaluator, Losses } from './loss.ts';
import type { Optimizer } from './optimisers/optimisers.ts';
import type { Space } from './space.ts';

/** How values are kept within 0…1: not at all, as the sigmoid of the optimised values, or by clipping after every step. */
export type Bounds = 'none' | 'sigmoid' | { min: number; max: number };

/** A whole step, from a position to the next one within the bounds, for callers that have it in fewer operations than its parts. */
export type WholeStep<V> = { step: (position: V) => V };

export type LossReport = Losses & { step: number };

/** A step that was made: its number, counted from 1, and the optimised values, which are borrowed. */
export type FitStep<V> = {
  step: number;
  position: V;
  /** The picture at this position; the caller owns it. */
  picture: () => V;
  /** The losses there; takes about as long as a step. */
  losses: () => Losses;
};

/** Follows a long fit, and continues one that was interrupted. */
export type FitWatch<V> = {
  /** Steps done before, and the values that they led to, which the fit takes over. */
  from?: { step: number; position: V };
  /** Awaited after every step; may throw to end the fit. */
  afterStep: (done: FitStep<V>) => Promise<void>;
};

export type FitOptions<V> = {
  space: Space<V>;
  evaluator: Evaluator<V>;
  /** Makes the next position from a position and its gradient. Borrowed. */
  optimizer: Optimizer<V> | WholeStep<V>;
  /** The first picture; borrowed. Sigmoid bounds pull it inside 1/512…511/512. */
  start: V;
  bounds: Bounds;
  steps: number;
  /** Called at 0, 1, 2, 5, 10, 20, 50 … and after the last step. */
  report?: ((report: LossReport) => void) | undefined;
  /** Awaited after every step, so that other requests can run during a long fit. */
  pause: () => Promise<void>;
  watch?: FitWatch<V> | undefined;
};

const SIGMOID_MARGIN = 1 / 512;

/** Fits a picture and returns it; the caller owns the result. All other vectors are freed, also if a step throws. */
export async function fit<V>(options: FitOptions<V>): Promise<V> {
  const { space, evaluator, optimizer, start, bounds, steps, report, pause, watch } = options;
  const picture = (position: V): V =>
    bounds === 'sigmoid' ? space.sigmoid(position) : space.sum([[1, position]]);
  const lossesAt = (at: V): Losses => {
    const x = picture(at);
    const losses = evaluator.losses(x);
    space.free(x);
    return losses;
  };
  let position = watch?.from?.position ?? space.tidy(() => firstPosition(space, start, bounds));
  const first = watch?.from?.step ?? 0;
  let isKept = false;
  const last = (): V => {
    isKept = bounds !== 'sigmoid';
    return isKept ? position : picture(position);
  };
  try {
    for (let step = first; ; step++) {
      const isNew = step === 0 || step > first;
      if (report && isNew && (step === steps || isReported(step))) {
        report({ step, ...lossesAt(position) });
      }
      if (step === steps) return last();
      const following = space.tidy(() => {
        if ('step' in optimizer) return optimizer.step(position);
        const x = bounds === 'sigmoid' ? space.sigmoid(position) : position;
        const gradient = evaluator.gradient(x);
        if (bounds !== 'sigmoid')
          return boundedStep({ space, optimizer, bounds, position, gradient });
        const byPosition = space.product(
          gradient,
          space.tidy(() => slopeOf(space, x)),
        );
        // Freed before the optimiser allocates; the tidy would keep them until its end.
        space.free(x);
        space.free(gradient);
        return optimizer.next(position, byPosition);
      });
      space.free(position);
      position = following;
      await pause();
      const at = position;
      await watch?.afterStep({
        step: step + 1,
        position: at,
        picture: () => picture(at),
        losses: () => lossesAt(at),
      });
    }
  } finally {
    if (!isKept) space.free(position);
  }
}

/** The next position if values are unbounded or clipped; a new vector. */
export function boundedStep<V>(options: {
  space: Space<V>;
  optimizer: Optimizer<V>;
  bounds: Exclude<Bounds, 'sigmoid'>;
  position: V;
  gradient: V;
}): V {
  const { space, optimizer, bounds, position, gradient } = options;
  const free = optimizer.next(position, gradient);
  return bounds === 'none' ? free : space.clip(free, bounds.min, bounds.max);
}

/** Derivative of the sigmoid at the point where its value is `x`: x (1 − x). */
const slopeOf = <V>(space: Space<V>, x: V): V =>
  space.sum([
    [1, x],
    [-1, space.product(x, x)],
  ]);

function firstPosition<V>(space: Space<V>, start: V, bounds: Bounds): V {
  if (bounds === 'none') return space.sum([[1, start]]);
  if (bounds === 'sigmoid')
    return space.logit(space.clip(start, SIGMOID_MARGIN, 1 - SIGMOID_MARGIN));
  return space.clip(start, bounds.min, bounds.max);
}

/** Whether a step is reported: 0, and 1, 2 or 5 times a power of ten. */
function isReported(step: number): boolean {
  if (step === 0) return true;
  const digit = step / 10 ** Math.floor(Math.log10(step));
  return digit === 1 || digit === 2 || digit === 5;
}
