// Waiting: yielding to other requests during long work, sleeping, and giving up on what takes too long.

/**
 * Reports that work predicted to take `ns` nanoseconds is done. If it returns a promise, await it before the next piece of work.
 * Predicted time is counted because the clock of a deployed Worker stands still while it computes.
 */
export type Pace = (ns: number) => Promise<void> | undefined;

/** Longest predicted work between two yields, in nanoseconds. */
const YIELD_INTERVAL_NS = 10e6;

/** Predicted work of one band, in nanoseconds: short compared with the yield interval, long compared with a function call. */
const BAND_NS = 1e6;

/** A pace that calls `pause`, which must let a macrotask run, after every 10 ms of predicted work. */
export function createPace(pause: () => Promise<void>): Pace {
  let sincePauseNs = 0;
  return (ns) => {
    sincePauseNs += ns;
    if (sincePauseNs < YIELD_INTERVAL_NS) return undefined;
    sincePauseNs = 0;
    return pause();
  };
}

/** Never yields; for tests, benchmarks and short work. */
export const noPace: Pace = () => undefined;

/**
 * Calls `work` with ranges of items (rows, pixels, cells), from `first` to before `end`, in order, and yields between them as `pace`
 * says. Stops early if `work` returns `false`. `ns`: predicted nanoseconds per item.
 */
export async function eachBand(
  { count, ns }: { count: number; ns: number },
  pace: Pace,
  work: (first: number, end: number) => unknown,
): Promise<void> {
  const size = Math.max(1, Math.floor(BAND_NS / ns));
  for (let first = 0; first < count; first += size) {
    const end = Math.min(count, first + size);
    if (work(first, end) === false) return;
    const wait = pace((end - first) * ns);
    if (wait) await wait;
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
    return first === LATE ? late() : (first as T);
  } finally {
    timer.abort();
  }
}
