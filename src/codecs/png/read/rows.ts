// Cuts inflated PNG bytes into rows and reverses their filters; needs the memory of two rows.
import { AppError } from '../../../errors.ts';
import type { PngHeader } from '../chunks.ts';
import { type Pass, passesOf, pixelBits, rowBytesOf } from './passes.ts';
import { unfilterRow } from './unfilter.ts';

export type RowReader = {
  /** Reads the next bytes; returns true if the picture is complete and some are left over. Throws `undecodable` for an unknown filter. */
  take(bytes: Uint8Array): boolean;
  complete(): boolean;
};

/** Calls `onRow` for each row with its pass and its index in the pass; the row's bytes are reused for the next row. */
export function createRowReader(
  header: PngHeader,
  onRow: (row: Uint8Array, pass: Pass, y: number) => void,
): RowReader {
  const passes = passesOf(header);
  const pixelBytes = Math.max(1, pixelBits(header) / 8);
  let pass: Pass | undefined;
  let rowBytes = 0;
  let row = new Uint8Array(0);
  let above = row;
  let y = 0;
  let filter: number | undefined;
  let filled = 0;
  const enter = (next: Pass | undefined): void => {
    pass = next;
    if (!next) return;
    rowBytes = rowBytesOf(header, next.width);
    // A multiple of 24 bytes is a whole number of words, and of pixels of every size.
    const room = 24 * Math.ceil(rowBytes / 24);
    row = new Uint8Array(room);
    above = new Uint8Array(room);
    y = 0;
  };
  const finishRow = (current: Pass, type: number): void => {
    unfilterRow({ row, above, pixelBytes }, type);
    onRow(row, current, y);
    [row, above] = [above, row];
    filter = undefined;
    filled = 0;
    if (++y === current.height) enter(passes.shift());
  };
  enter(passes.shift());
  return {
    complete: () => pass === undefined,
    take(bytes) {
      for (let i = 0; i < bytes.length; ) {
        if (!pass) return true;
        if (filter === undefined) {
          filter = bytes[i++]!;
          if (filter > 4) {
            throw new AppError('undecodable', `png: expected a filter from 0 to 4, got ${filter}`);
          }
          continue;
        }
        const end = Math.min(bytes.length, i + rowBytes - filled);
        row.set(bytes.subarray(i, end), filled);
        filled += end - i;
        i = end;
        if (filled === rowBytes) finishRow(pass, filter);
      }
      return false;
    },
  };
}
