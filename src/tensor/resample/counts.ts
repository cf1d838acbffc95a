// How much a resampling does, from sizes alone.

/** One direction: `to` values out of `from`, each weighed from `taps`. */
export type Direction = { from: number; to: number; taps: number };

export type ResampleCounts = {
  /** Pixels multiplied and added while rows become one, and while each row is resampled. */
  rowTaps: number;
  columnTaps: number;
  /** Weights to compute. */
  weights: number;
};

/** What `resampleRows` does in both directions. */
export const resampleCounts = ({
  columns,
  rows,
}: {
  columns: Direction;
  rows: Direction;
}): ResampleCounts => ({
  rowTaps: rows.to * rows.taps * columns.from,
  columnTaps: rows.to * columns.to * columns.taps,
  weights: rows.to * rows.taps + columns.to * columns.taps,
});
