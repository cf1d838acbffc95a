// The rows of a source that the next rows of a result are sums of, in the memory of the pixel kernels.
import type { PixelModule } from '../pixel-kernels.ts';
import type { Axis } from './axis.ts';
import type { Columns, LightSource } from './light-rows.ts';

/** Addresses of the kept rows, of the list of terms, and of working memory; bytes from one kept row to the next. */
type Places = { ring: number; terms: number; room: number; rowBytes: number };

export type RowWindow = {
  /** Makes sure that all rows are there that row `y` of the result needs, and writes where they are and their weights for `sumRows`. Returns their number. */
  writeTerms: (y: number) => number;
  /** Forgets all rows, because other work may have used the memory. */
  forget: () => void;
};

/** Number of rows that are kept for an axis. */
export const windowOf = ({ count }: Axis): number => count.reduce((a, b) => Math.max(a, b), 1);

/** Keeps the rows that an axis needs at a time; each is read once as long as it is kept. */
export function createRowWindow(
  module: PixelModule,
  source: LightSource,
  { rows, columns, places }: { rows: Axis; columns: Columns; places: Places },
): RowWindow {
  const { ints, floats } = module;
  const { ring, terms, room, rowBytes } = places;
  const kept = new Int32Array(windowOf(rows)).fill(-1);
  const addressOf = (y: number): number => {
    const slot = y % kept.length;
    const row = ring + slot * rowBytes;
    if (kept[slot] !== y) source.read(module, y, columns, { row, room });
    kept[slot] = y;
    return row;
  };
  return {
    writeTerms(y) {
      const start = rows.start[y]!;
      const offset = rows.offset[y]!;
      const count = rows.count[y]!;
      for (let k = 0, term = terms / 4; k < count; k++, term += 2) {
        ints[term] = addressOf(start + k);
        floats[term + 1] = rows.weights[offset + k]!;
      }
      return count;
    },
    forget: () => void kept.fill(-1),
  };
}
