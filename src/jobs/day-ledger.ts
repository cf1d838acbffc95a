// How many seconds the GPU backends rendered on each day, which `GPU_SECONDS_PER_DAY` limits.

export type DayLedger = {
  /**
   * Counts seconds on the day of `now` (epoch milliseconds). If several amounts are reported under one key, the largest counts, so
   * a report may be repeated.
   */
  add: (now: number, key: string, seconds: number) => Promise<void>;
  /** Seconds counted on a day (UTC, as `2026-11-21`). */
  total: (day: string) => Promise<number>;
};

/** The UTC day of a time in epoch milliseconds, as `2026-11-21`. */
export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);
