// Reads the Huffman tables of a JPEG.
import { corruptScan } from '../corrupt-scan.ts';
import { marker, type Segment } from '../segments.ts';
import { type HuffmanTable, huffmanTable } from './huffman.ts';

/** A table that is built when a scan first uses it, because a file may define thousands that it never uses. */
export type LazyTable = () => HuffmanTable;

/** The tables that the segments so far have defined, by number. */
export type JpegTables = {
  dc: (LazyTable | undefined)[];
  ac: (LazyTable | undefined)[];
};

export const noTables = (): JpegTables => ({ dc: [], ac: [] });

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
