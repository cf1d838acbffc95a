// Walks long lists in slices, so that other requests can run in between.
import type { Pace } from '../pace.ts';

/** Entries of a slice: at most some 5 ms of the walks there are. */
const SLICE = 262_144;

export type Walk = {
  count: number;
  /** What an entry takes, about. */
  ns: number;
  pace: Pace;
};

/** Calls `visit` with one slice after the other, until the last, or one for which it gives false. */
export async function inSlices(
  { count, ns, pace }: Walk,
  visit: (start: number, end: number) => boolean,
): Promise<void> {
  for (let start = 0; start < count; start += SLICE) {
    const end = Math.min(start + SLICE, count);
    if (!visit(start, end)) return;
    const pause = pace(ns * (end - start));
    if (pause) await pause;
  }
}
