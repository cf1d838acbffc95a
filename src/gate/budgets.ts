// How the memory of an isolate is divided among what requests hold.

/** Budgets in bytes. Each has a limit of its own, so the largest request fits even if the others are used up. */
export type Budgets = {
  /** Pixels in JavaScript, and the small memories of the codecs. */
  pixels: number;
  /** The WebAssembly memory of large operations, which run one at a time. */
  large: number;
  /** Encoded files of sources and uploads. */
  encoded: number;
  /** All of them. */
  total: number;
};

/** Shares of the whole: at the default of 80 MiB, a source may have the 20 MiB of `MAX_SOURCE_BYTES`. */
const SHARES = { pixels: 0.3, large: 0.45, encoded: 0.25 } as const;

/** The budgets of an isolate that may hold so many MiB. What is left of its 128 MB is for the program, garbage and the platform. */
export function budgetsOf(memoryMib: number): Budgets {
  const total = memoryMib * 2 ** 20;
  const { pixels, large, encoded } = SHARES;
  return { pixels: pixels * total, large: large * total, encoded: encoded * total, total };
}
