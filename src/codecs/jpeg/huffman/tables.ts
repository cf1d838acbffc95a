// Reads the table segments of a JPEG: Huffman codes, the first quantisation steps, restart intervals.

import { marker, type Segment } from '../segments.ts';
import { corruptScan, type HuffmanTable, huffmanTable } from './huffman.ts';

/** A table that is made when a scan first wants it: a file may define thousands in vain. */
export type LazyTable = () => HuffmanTable;

/** How many of a table's quantisation steps anybody wants. */
const STEPS = 5;

/** What the segments so far have set, by the numbers of the tables. */
export type JpegTables = {
  dc: (LazyTable | undefined)[];
  ac: (LazyTable | undefined)[];
  /** Quantisation steps of the first coefficients, in zigzag order. */
  steps: (readonly number[] | undefined)[];
  /** Units between restart markers; 0 for none. */
  restartInterval: number;
};

export const noTables = (): JpegTables => ({ dc: [], ac: [], steps: [], restartInterval: 0 });

/** Takes in one segment; others than tables change nothing. Throws `undecodable` for one that is cut short. */
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
    list[head & 15] = () => (table ??= huffmanTable(counts, bytes.subarray(symbols, symbolsEnd)));
  }
}
