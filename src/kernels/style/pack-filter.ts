// Brings filters into the order in which the loops of `assembly` read them.

/** Shape of a filter `[side, side, in, out]`. */
export type FilterShape = { side: number; inputs: number; outputs: number };

/** Output channels that the loops compute at a time. */
export const CHANNELS_AT_ONCE = 8;

/** Writes the filter to `out` as `[outputs / 8, side, side · inputs, 8]`. */
export function packFilter(
  filter: Float32Array,
  { side, inputs, outputs }: FilterShape,
  out: Float32Array,
): void {
  const runs = side * side * inputs;
  let to = 0;
  for (let c = 0; c < outputs; c += CHANNELS_AT_ONCE) {
    for (let r = 0; r < runs; r++) {
      for (let j = 0; j < CHANNELS_AT_ONCE; j++) out[to++] = filter[r * outputs + c + j]!;
    }
  }
}

/** Writes a filter of up to 4 outputs to `out` as `[inputs, side, side, 4]`. */
export function packPlanes(
  filter: Float32Array,
  { side, inputs, outputs }: FilterShape,
  out: Float32Array,
): void {
  let to = 0;
  for (let i = 0; i < inputs; i++) {
    for (let tap = 0; tap < side * side; tap++) {
      const from = (tap * inputs + i) * outputs;
      for (let c = 0; c < 4; c++) out[to++] = c < outputs ? filter[from + c]! : 0;
    }
  }
}

/**
 * In an enlarged picture, three taps in a row cover only two pixels of the original. By the parity of the enlarged pixel: the taps
 * that fall on the first of the two, and those that fall on the second.
 */
const tapsByParity = [
  [[0], [1, 2]],
  [[0, 1], [2]],
] as const;

/**
 * The filter `[2, 2, in, out]` that has the same effect on a picture as a filter `[3, 3, in, out]` has on the picture enlarged to twice
 * its size by repeating pixels, for the result's pixels of row parity `y` and column parity `x`.
 */
export function phaseFilter(
  filter: Float32Array,
  { inputs, outputs }: FilterShape,
  { x, y }: { x: 0 | 1; y: 0 | 1 },
): Float32Array {
  const block = inputs * outputs;
  const out = new Float32Array(4 * block);
  tapsByParity[y].forEach((rows, i) => {
    tapsByParity[x].forEach((columns, j) => {
      for (const row of rows) {
        for (const column of columns) {
          const from = (3 * row + column) * block;
          const to = (2 * i + j) * block;
          for (let k = 0; k < block; k++) out[to + k]! += filter[from + k]!;
        }
      }
    });
  });
  return out;
}
