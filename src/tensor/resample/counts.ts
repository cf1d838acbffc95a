// Counts the operations of a resampling, from sizes alone.

/** One direction: `to` values out of `from`, each weighed from `taps`. */
export type Direction = { from: number; to: number; taps: number };

export type ResampleCounts = {
  /** Pixels multiplied and added while rows become one, and while each row is resampled. */
  rowTaps: number;
  columnTaps: number;
  /** Weights to compute. */
  weights: number;
};

/** Whether `resampleRows` makes columns first: if both directions are enlarged, most work is left for the sums of rows, which are faster. */
export const columnsFirst = ({
  columns,
  rows,
}: Record<'columns' | 'rows', { from: number; to: number }>): boolean =>
  columns.to > columns.from && rows.to > rows.from;

/** The operations of `resampleRows` in both directions. */
export const resampleCounts = ({
  columns,
  rows,
}: {
  columns: Direction;
  rows: Direction;
}): ResampleCounts => {
  const first = columnsFirst({ columns, rows });
  return {
    rowTaps: rows.to * rows.taps * (first ? columns.to : columns.from),
    columnTaps: (first ? rows.from : rows.to) * columns.to * columns.taps,
    weights: rows.to * rows.taps + columns.to * columns.taps,
  };
};
