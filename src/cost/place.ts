// Whether a plan fits a place, and the errors with hints if it fits none.
import { resize } from '../effects/resize/effect.ts';
import { AppError } from '../errors.ts';
import { largest } from '../plan/largest.ts';
import { isGpuOnly, type Plan, readStep, type Step } from '../plan/plan.ts';
import type { Estimate, Limits } from './estimate.ts';

export type Place = 'edge' | 'gpu';

/** Margin on estimates, a factor: in nine cases of ten, estimates are right to within it. */
const SAFETY = 1.5;

/** Largest width in px that a hint proposes. */
const LARGEST_EDGE = 4096;

/** Whether a plan fits the edge's budget and memory. */
export const fitsEdge = (
  { ms, bytes, heap }: Estimate,
  { edgeBudgetMs, edgeMemoryBytes = Infinity, edgeHeapBytes = Infinity }: Limits,
): boolean => SAFETY * ms <= edgeBudgetMs && heap <= edgeHeapBytes && bytes <= edgeMemoryBytes;

/** `Retry-After` if no GPU backend is configured. It is long, because the configuration rarely changes. */
const RETRY_AFTER_S = 60;

/** Throws `backend_unavailable` if a step needs the GPU backend and that is not available. Needs no headers, so it can come before any fetch. */
export function refuseWithoutBackend({ steps }: Plan, places: readonly Place[]): void {
  const gpuOnly = steps.find(isGpuOnly);
  if (!gpuOnly || places.includes('gpu')) return;
  throw new AppError(
    'backend_unavailable',
    `${gpuOnly.effect.name}: expected a GPU backend, none is configured`,
    { retryable: true, retryAfter: RETRY_AFTER_S },
  );
}

/** How hints are found. */
export type HintSearch = {
  /** Tests a variation of the plan, with all frames unless it gets their number. */
  fits: (plan: Plan, frames?: number) => boolean;
  /** Whether what fits by this test is accepted. If not, hints say "may fit". */
  certain: boolean;
};

/**
 * The `over_budget` error for a plan that fits no place: the estimate, the limit, and the largest parameter with which it would
 * fit, or number of frames. Without `search` it has no hint.
 */
export function overBudget(
  plan: Plan,
  { ms, bytes, heap, frames }: Estimate,
  limits: Limits,
  search?: HintSearch,
): AppError {
  const { edgeBudgetMs, edgeMemoryBytes = Infinity, edgeHeapBytes = Infinity } = limits;
  const most = Math.floor(edgeBudgetMs / SAFETY);
  const problem =
    ms > most
      ? `expected at most ${most} ms of compute (a budget of ${edgeBudgetMs} ms with a margin of ${SAFETY}), this plan is estimated at ${Math.ceil(ms)} ms`
      : heap > edgeHeapBytes
        ? `expected at most ${megabytes(edgeHeapBytes)} MB of memory for codecs and tensors, this plan is estimated at ${megabytes(heap)} MB`
        : `expected at most ${megabytes(edgeMemoryBytes)} MB of memory for pixels, this plan is estimated at ${megabytes(bytes)} MB`;
  const hint =
    search &&
    (fewerFrames(frames, (kept) => search.fits(plan, kept)) ??
      whatFits(plan, search.fits, search.certain ? 'fits' : 'may fit'));
  return new AppError('over_budget', `${problem}; ${hint?.text ?? 'a smaller picture fits'}`, {
    ...(hint?.param !== undefined && { param: hint.param }),
  });
}

/** The same refusal by a server without a GPU backend, with advice on what would take the plan as it is; other errors are returned as they are. */
export function withAdvice(error: unknown, { imagesHelps }: { imagesHelps: boolean }): unknown {
  if (!(error instanceof AppError)) return error;
  const { code, message, param } = error;
  const about = { ...(param !== undefined && { param }) };
  const images = 'an Images binding (IMAGES) would read it';
  if (code === 'format_unsupported' && imagesHelps)
    return new AppError(code, `${message}; ${images}`, about);
  if (code !== 'over_budget') return error;
  const backend = 'a GPU backend (GPU_BACKENDS) would run it as it is';
  const advice = imagesHelps ? `${images} or ${backend}` : backend;
  return new AppError(code, `${message}; ${advice}`, about);
}

type Hint = { text: string; param?: string };

/** The largest value of a parameter that fits; `and` is what has to be changed with it. */
type Most = { param: string; most: number; and?: string };

/** Hint for an animation: how many of its frames fit. */
function fewerFrames(frames: number, fits: (frames: number) => boolean): Hint | undefined {
  if (frames === 1) return undefined;
  const most = largest(1, frames - 1, fits);
  if (most === undefined) return undefined;
  return {
    text: `it has ${frames} frames, and ${most} fit; anim=false keeps the first`,
    param: 'anim',
  };
}

function whatFits(
  plan: Plan,
  fits: (plan: Plan) => boolean,
  verb: 'fits' | 'may fit',
): Hint | undefined {
  for (const [index, step] of plan.steps.entries()) {
    const hint = lessOfIt(plan, index, step, fits) ?? narrower(plan, index, step, fits);
    if (hint) {
      const { param, most, and = '' } = hint;
      return { text: `${param} ≤ ${most}${and} ${verb}`, param };
    }
  }
  const first = (w: number): Step => readStep(resize, new Map([['w', String(w)]]));
  const most = largest(1, LARGEST_EDGE, (w) => fits({ ...plan, steps: [first(w), ...plan.steps] }));
  return most === undefined ? undefined : { text: `with w=${most} in front it ${verb}` };
}

/** Hint for an effect with a parameter that may be `auto`: the largest value that fits. */
function lessOfIt(
  plan: Plan,
  index: number,
  { effect, params }: Step,
  fits: (plan: Plan) => boolean,
): Most | undefined {
  const param = effect.auto?.param;
  const now = param === undefined ? undefined : params[param];
  const least = effect.auto?.least ?? 1;
  if (param === undefined || typeof now !== 'number' || now <= least) return undefined;
  const most = largest(least, now - 1, (n) =>
    fits(withStep(plan, index, { effect, params: { ...params, [param]: n } })),
  );
  return most === undefined ? undefined : { param, most };
}

/** Hint for a resize: the largest `w` or `h` that fits, with the same aspect ratio. */
function narrower(
  plan: Plan,
  index: number,
  { effect, params }: Step,
  fits: (plan: Plan) => boolean,
): Most | undefined {
  const param = ['w', 'h'].find((name) => typeof params[name] === 'number');
  if (effect.name !== 'resize' || param === undefined) return undefined;
  const now = params[param] as number;
  const other = param === 'w' && typeof params.h === 'number' ? params.h / now : undefined;
  const heightOf = (n: number, ratio: number): number => Math.max(1, Math.round(n * ratio));
  const scaled = (n: number): Step => ({
    effect,
    params: {
      ...params,
      [param]: n,
      ...(other !== undefined && { h: heightOf(n, other) }),
    },
  });
  const top = Math.min(LARGEST_EDGE, now - 1);
  const most = largest(1, top, (n) => fits(withStep(plan, index, scaled(n))));
  if (most === undefined) return undefined;
  return { param, most, ...(other !== undefined && { and: ` with h ≤ ${heightOf(most, other)}` }) };
}

const withStep = (plan: Plan, index: number, step: Step): Plan => ({
  ...plan,
  steps: plan.steps.map((old, i) => (i === index ? step : old)),
});

const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
