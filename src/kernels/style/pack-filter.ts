// Filters as the loops of `assembly` read them.

/** Shape of a filter `[side, side, in, out]`. */
export type FilterShape = { side: number; inputs: number; outputs: number };

/** Output channels that are made at a time. */
export const TOGETHER = 8;

/** Into `out`: `[outputs / 8, side, side · inputs, 8]`. */
export function packFilter(
  filter: Float32Array,
  { side, inputs, outputs }: FilterShape,
  out: Float32Array,
): void {
  const runs = side * side * inputs;
  let to = 0;
  for (let c = 0; c < outputs; c += TOGETHER) {
    for (let r = 0; r < runs; r++) {
      for (let j = 0; j < TOGETHER; j++) out[to++] = filter[r * outputs + c + j]!;
    }
  }
}

/** Into `out`: `[inputs, side, side, 4]` for up to 4 outputs. */
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

// Which taps of three fall on the first and on the second of two neighbours, above (or left of) an edge of fourfold pixels and below it.
const HALVES = [
  [[0], [1, 2]],
  [[0, 1], [2]],
] as const;

/**
 * The filter `[2, 2, in, out]` that gives the pixels of row parity `y` and column parity `x` of what a filter `[3, 3, in, out]`
 * makes of fourfold pixels.
 */
export function phaseFilter(
  filter: Float32Array,
  { inputs, outputs }: FilterShape,
  { x, y }: { x: 0 | 1; y: 0 | 1 },
): Float32Array {
  const block = inputs * outputs;
  const out = new Float32Array(4 * block);
  HALVES[y].forEach((rows, i) => {
    HALVES[x].forEach((columns, j) => {
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
