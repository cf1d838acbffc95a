// Reads the table segments of a JPEG: Huffman codes, the first quantisation steps, restart intervals.
import { corruptScan, type HuffmanTable, huffmanTable } from './huffman.ts';
import { marker, type Segment } from './segments.ts';

/** A table that is built when a scan first uses it, because a file may define thousands that it never uses. */
export type LazyTable = () => HuffmanTable;

/** Number of quantisation steps that are kept of a table. */
const STEPS = 5;

/** The tables that the segments so far have defined, by number. */
export type JpegTables = {
  dc: (LazyTable | undefined)[];
  ac: (LazyTable | undefined)[];
  /** Quantisation steps of the first coefficients, in zigzag order. */
  steps: (readonly number[] | undefined)[];
  /** Number of units between restart markers; 0 if there are none. */
  restartInterval: number;
};

export const noTables = (): JpegTables => ({ dc: [], ac: [], steps: [], restartInterval: 0 });

/** Adds the tables of one segment; ignores other segments. Throws `undecodable` for a table that is cut short. */
export function readJpegTables(
  bytes: Uint8Array,
  { marker: code, start, end }: Segment,
  tables: JpegTables,
): void {
  const byte = (at: number): number => {
    if (at >= end) throw corruptScan('a table that is cut short');
    return bytes[at]!;
  };
  if (code === marker.dri) tables.restartInterval = byte(start) * 256 + byte(start + 1);
  for (let at = start; code === marker.dqt && at < end; ) {
    const head = byte(at);
    const wide = head >> 4 > 0;
    tables.steps[head & 15] = Array.from({ length: STEPS }, (_, i) =>
      wide ? byte(at + 1 + 2 * i) * 256 + byte(at + 2 + 2 * i) : byte(at + 1 + i),
    );
    byte(at + (wide ? 128 : 64));
    at += wide ? 129 : 65;
  }
  for (let at = start; code === marker.dht && at < end; ) {
    const head = byte(at);
    byte(at + 16);
    const counts = bytes.subarray(at + 1, at + 17);
    const symbols = at + 17;
    const symbolsEnd = symbols + counts.reduce((sum, count) => sum + count, 0);
    at = symbolsEnd;
    if (at > end) throw corruptScan('a table that is cut short');
    const list = head >> 4 === 0 ? tables.dc : tables.ac;
    let table: HuffmanTable | undefined;
    list[head & 15] = () =>
      (table ??= huffmanTable({ counts, symbols: bytes.subarray(symbols, symbolsEnd) }));
  }
}
