// Cuts work on columns into strips that fit into the memory of the pixel kernels.
import type { Columns } from './light-rows.ts';

/** What `fit` makes of the columns, or of their halves, quarters and so on if they do not fit. Throws `RangeError` if a single column does not. */
export function inStrips<Strip>(
  columns: Columns,
  fit: (columns: Columns) => Strip | undefined,
): Strip[] {
  const strip = fit(columns);
  if (strip) return [strip];
  const { first, end } = columns;
  if (end - first === 1) throw new RangeError('pixels: a column does not fit into the memory');
  const middle = (first + end) >> 1;
  return [
    { first, end: middle },
    { first: middle, end },
  ].flatMap((half) => inStrips(half, fit));
}
