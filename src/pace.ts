// Lets other requests run between pieces of long work. It counts predicted time, because a deployed Worker's clock stands still while it computes.

/** Tells that a piece of work of about `ns` nanoseconds is done; where it answers a promise, that is to be awaited before the next piece. */
export type Pace = (ns: number) => Promise<void> | undefined;

/** Longest stretch of work between two pauses. */
const SLICE_NS = 10e6;

/** A pace that calls `pause`, which lets a macrotask pass, whenever another 10 ms of work have been told. */
export function createPace(pause: () => Promise<void>): Pace {
  let told = 0;
  return (ns) => {
    told += ns;
    if (told < SLICE_NS) return undefined;
    told = 0;
    return pause();
  };
}

/** Never pauses; for work that nobody waits beside. */
export const noPace: Pace = () => undefined;
