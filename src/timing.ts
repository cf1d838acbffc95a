// Waiting: yielding to other requests during long work, sleeping, and giving up on what takes too long.

/**
 * Reports that a share (0…1) of the current piece of work is done; the shares of the whole piece add up to about 1. If it returns a
 * promise, await it before going on.
 */
export type Pace = (share: number) => Promise<void> | undefined;

/** Longest predicted work between two yields, in milliseconds. */
const YIELD_INTERVAL_MS = 10;

/** Assumed for work without a prediction, such as GPU-only steps, in milliseconds: it then yields after every hundredth, so that it can be canceled. */
const UNPREDICTED_MS = 1000;

/** Most bands of a loop, so that a band takes long compared with a function call. */
const MOST_BANDS = 256;

/** Makes the pace of a piece of work from its predicted milliseconds; 0 or undefined if they are not known. */
export type PaceOf = (predictedMs: number | undefined) => Pace;

/**
 * The paces of pieces of work that follow each other, such as the steps of a plan. Together they call `pause`, which must let a
 * macrotask run, after every 10 ms of predicted work. Predictions are counted because the clock of a deployed Worker stands still
 * while it computes.
 */
export function createPaces(pause: () => Promise<void>): PaceOf {
  let sincePauseMs = 0;
  return (predictedMs) => (share) => {
    sincePauseMs += share * (predictedMs || UNPREDICTED_MS);
    if (sincePauseMs < YIELD_INTERVAL_MS) return undefined;
    // The rest counts, or yields would be too rare when bands are not much shorter than the interval.
    sincePauseMs %= YIELD_INTERVAL_MS;
    return pause();
  };
}

/** The pace of a single piece of work. */
export const createPace = (pause: () => Promise<void>, predictedMs: number | undefined): Pace =>
  createPaces(pause)(predictedMs);

/** Never yields; for tests, benchmarks and short work. */
export const noPace: Pace = () => undefined;

/** The pace of one of several passes, which takes `share` of the whole work. */
export const portion =
  (pace: Pace, share: number): Pace =>
  (done) =>
    pace(share * done);

/**
 * Calls `work` with ranges of `count` items (rows, pixels, cells), from `first` to before `end`, in order, and yields between them as
 * `pace` says. Stops early if `work` returns `false`.
 */
export async function eachBand(
  count: number,
  pace: Pace,
  work: (first: number, end: number) => unknown,
): Promise<void> {
  const bands = Math.min(count, MOST_BANDS);
  for (let band = 0, first = 0; band < bands; band++) {
    const end = Math.floor(((band + 1) * count) / bands);
    if (work(first, end) === false) return;
    const wait = pace((end - first) / count);
    if (wait) await wait;
    first = end;
  }
}

/** Waits for `ms` milliseconds; a signal ends the wait early. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Resolves after `ms` milliseconds, or as soon as the signal is aborted; never rejects. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
}

/**
 * The outcome of `work`, or of `late()` if `work` takes longer than `ms` milliseconds; `late` may throw. `work` itself is not
 * stopped, and what becomes of it afterwards is ignored. `wait` replaces the timer in tests.
 */
export async function within<T, L>(
  { ms, wait = sleep }: { ms: number; wait?: Sleep },
  work: Promise<T>,
  late: () => L,
): Promise<T | L> {
  const timer = new AbortController();
  const LATE = Symbol('late');
  work.catch(() => {});
  try {
    const first = await Promise.race([work, wait(ms, timer.signal).then((): typeof LATE => LATE)]);
    return first === LATE ? late() : first;
  } finally {
    timer.abort();
  }
}
