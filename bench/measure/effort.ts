// How thorough a run of the benchmarks is.

export type Effort = {
  /** A quick run only shows that a case works. Its figures mean nothing. */
  quick: boolean;
  /** How often this run repeats what a full run repeats `n` times. */
  rounds: (n: number) => number;
  /** All of `items`; only the first `n` in a quick run. */
  first: <T>(n: number, items: readonly T[]) => readonly T[];
  /** What `measure` finds; a quick run measures what has this name only once in a process. */
  once: <T>(name: string, measure: () => Promise<T>) => Promise<T>;
};

export const fullEffort: Effort = {
  quick: false,
  rounds: (n) => n,
  first: (_, items) => items,
  once: (_, measure) => measure(),
};

const found = new Map<string, Promise<unknown>>();

export const quickEffort: Effort = {
  quick: true,
  rounds: () => 1,
  first: (n, items) => items.slice(0, n),
  once: <T>(name: string, measure: () => Promise<T>) => {
    const before = found.get(name) ?? measure();
    found.set(name, before);
    return before as Promise<T>;
  },
};
