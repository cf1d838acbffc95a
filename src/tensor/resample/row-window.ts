// The rows of a source that the next rows of a result are sums of, in the memory of the pixel kernels.
import type { PixelModule } from '../pixel-kernels.ts';
import type { Axis } from './axis.ts';
import type { Columns, LightSource } from './light-rows.ts';

/** Addresses of the kept rows, of the list of terms, of a row of partial sums, and of working memory. */
type Places = { ring: number; terms: number; partial: number; room: number };

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
  const addressOf = (y: number): number => {
    const slot = y % slots;
    const row = ring + slot * rowBytes;
    if (kept[slot] !== y) source.read(module, y, columns, { row, room });
    kept[slot] = y;
    return row;
  };
  return {
    sum(y, to) {
      const start = rows.start[y]!;
      const offset = rows.offset[y]!;
      const count = rows.count[y]!;
      for (let first = 0; first < count; first += slots) {
        const end = Math.min(count, first + slots);
        for (let k = first, term = terms / 4; k < end; k++, term += 2) {
          ints[term] = addressOf(start + k);
          floats[term + 1] = rows.weights[offset + k]!;
        }
        calls.sumRows(terms, end - first, first === 0 ? to : partial, values);
        if (first > 0) calls.addRow(partial, to, values);
      }
    },
    forget: () => void kept.fill(-1),
  };
}
