// How many seconds the GPU backends rendered on each day, which `GPU_SECONDS_PER_DAY` limits.

/** During a gradual deployment two versions of the Worker call one object, so the names of its methods must stay. */
export type DayLedger = {
  /**
   * Counts seconds on the day of `now` (epoch milliseconds). If several amounts are reported under one key, the largest counts, so
   * a report may be repeated.
   */
  spend: (now: number, key: string, seconds: number) => Promise<void>;
  /** Seconds counted on a day (UTC, as `2026-11-21`). */
  spent: (day: string) => Promise<number>;
};

/** The UTC day of a time in epoch milliseconds, as `2026-11-21`. */
export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);
