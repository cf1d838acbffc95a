// Cuts a long loop into bands with room for other work between them.
import type { Pace } from './pace.ts';

/** What one band takes: short beside the stretch that a pace lets pass, long beside a call. */
const BAND_NS = 1e6;

/** Calls `work` for the items (rows, pixels, cells) from `first` to before `end`, band by band, until the last or the one for which it gives `false`; `ns` is roughly what one takes, in nanoseconds. */
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
