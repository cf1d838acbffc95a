// The cost of a piece of work: counted operations, which calibration gives prices, and bytes.

/**
 * Counted units of work by term: pixels read, cells, gradient steps. Time is linear in the counts; `cost/rates.json` has the
 * nanoseconds of each term under its owner's name (`resize.read`).
 */
export type Work = Readonly<Record<string, number>>;

export type Cost = {
  work: Work;
  /** Peak bytes of JavaScript memory, including the result but not the input. */
  bytes: number;
  /** Bytes that the WASM module's memory grows to, including tensors; none unless given. */
  heap?: number;
};
