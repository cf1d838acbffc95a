// What a piece of work costs, as counts that calibration gives a price.

/**
 * Counted units of work by kind: pixels read, cells, gradient steps. Time is linear in them; `plan/rates.json` has the
 * nanoseconds of each, under its owner's name (`resize.source`).
 */
export type Work = Readonly<Record<string, number>>;

export type Cost = {
  work: Work;
  /** The most bytes of JavaScript held at once for it, what it makes included, what it is given not. */
  bytes: number;
  /** Bytes that the memory of the WASM module comes to in which it runs, tensors included; none unless given. */
  heap?: number;
};
