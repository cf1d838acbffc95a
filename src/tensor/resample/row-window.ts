// The rows of a source that the next rows of a result are sums of, in the memory of the pixel kernels.
import type { PixelModule } from '../pixel-kernels.ts';
import type { Axis } from './axis.ts';
import type { Columns, LightSource } from './light-rows.ts';

/** Addresses of the kept rows, of the list of terms, of a row of partial sums, and of working memory. */
type Places = { ring: number; terms: number; partial: number; room: number };

/** Rows that are read at a time at most. */
export const READ_TOGETHER = 8;

export type RowWindow = {
  /** Writes row `y` of the result, before its columns are resampled, to an address. */
  sum: (y: number, to: number) => void;
  /** Forgets all rows, because other work may have used the memory. */
  forget: () => void;
};

/** Most rows that a row of the result is a sum of. */
export const windowOf = ({ count }: Axis): number => count.reduce((a, b) => Math.max(a, b), 1);

/**
 * Keeps `slots` rows of `rowBytes` bytes; each is read once as long as it is kept. If a row of the result needs more, it is summed in parts,
 * by way of the partial row.
 */
export function createRowWindow(
  module: PixelModule,
  source: LightSource,
  {
    rows,
    columns,
    slots,
    rowBytes,
    places,
  }: { rows: Axis; columns: Columns; slots: number; rowBytes: number; places: Places },
): RowWindow {
  const { calls, ints, floats } = module;
  const { ring, terms, partial, room } = places;
  const values = source.channels * (columns.end - columns.first);
  const kept = new Int32Array(slots).fill(-1);
  /** Reads row `y`, and those behind it up to `last` that are not kept either and whose slots follow. */
  const readFrom = (y: number, last: number): void => {
    const slot = y % slots;
    const most = Math.min(READ_TOGETHER, last - y + 1, slots - slot);
    let rows = 1;
    while (rows < most && kept[slot + rows] !== y + rows) rows++;
    source.read(module, y, columns, { row: ring + slot * rowBytes, room, rows, rowBytes });
    for (let r = 0; r < rows; r++) kept[slot + r] = y + r;
  };
  const addressOf = (y: number, last: number): number => {
    const slot = y % slots;
    if (kept[slot] !== y) readFrom(y, last);
    return ring + slot * rowBytes;
  };
  return {
    sum(y, to) {
      const start = rows.start[y]!;
      const offset = rows.offset[y]!;
      const count = rows.count[y]!;
      for (let first = 0; first < count; first += slots) {
        const end = Math.min(count, first + slots);
        for (let k = first, term = terms / 4; k < end; k++, term += 2) {
          ints[term] = addressOf(start + k, start + end - 1);
          floats[term + 1] = rows.weights[offset + k]!;
        }
        calls.sumRows(terms, end - first, first === 0 ? to : partial, values);
        if (first > 0) calls.addRow(partial, to, values);
      }
    },
    forget: () => void kept.fill(-1),
  };
}
