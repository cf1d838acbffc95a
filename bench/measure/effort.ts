// How thorough a run of the benchmarks is.

export type Effort = {
  /** A quick run only shows that a case works. Its figures mean nothing. */
  quick: boolean;
  /** How often this run repeats what a full run repeats `n` times. */
  rounds: (n: number) => number;
  /** All of `items`; only the first `n` in a quick run. */
  first: <T>(n: number, items: readonly T[]) => readonly T[];
};

export const fullEffort: Effort = { quick: false, rounds: (n) => n, first: (_, items) => items };

export const quickEffort: Effort = {
  quick: true,
  rounds: () => 1,
  first: (n, items) => items.slice(0, n),
};
