// Reads Huffman codes and single bits from the compressed data of a JPEG scan.
import { corruptScan } from '../corrupt-scan.ts';

/** For each value of the next 16 bits: `length << 8 | symbol` of the code that they begin with; 0 if there is no such code. */
export type HuffmanTable = Uint16Array;

const CODE_BITS = 16;

type CodeLengths = { counts: Uint8Array; symbols: Uint8Array };

/**
 * A table from the number of codes of each length 1…16 and from the symbols in the order of their codes (ISO/IEC 10918-1, annex C).
 * Throws `undecodable` for an impossible table.
 */
export function huffmanTable({ counts, symbols }: CodeLengths): HuffmanTable {
  const table = new Uint16Array(1 << CODE_BITS);
  let end = 0;
  let next = 0;
  for (let length = 1; length <= CODE_BITS; length++) {
    const span = 1 << (CODE_BITS - length);
    for (let i = 0; i < counts[length - 1]!; i++) {
      const start = end;
      end += span;
      const symbol = symbols[next++];
      if (symbol === undefined || end > table.length) throw corruptScan('impossible Huffman codes');
      table.fill((length << 8) | symbol, start, end);
    }
  }
  return table;
}

/** The position in a scan's data. A plain object with functions, because closures took twice the time. */
export type BitReader = {
  bytes: Uint8Array;
  at: number;
  end: number;
  /** The last bits taken from `bytes`; the lower `held` bits are not read yet. */
  buffer: number;
  held: number;
  /** Number of held bits that are zeros added after the end of the data. */
  padding: number;
};

/** Reads bytes `start…end`. The functions below throw `undecodable` if the data ends early, and for unknown codes. */
export function createBitReader(
  bytes: Uint8Array,
  { start, end }: { start: number; end: number },
): BitReader {
  return { bytes, at: start, end, buffer: 0, held: 0, padding: 0 };
}

function fill(reader: BitReader): void {
  const { bytes, end } = reader;
  while (reader.held <= 16) {
    const { at } = reader;
    let byte = 0;
    if (at >= end || (bytes[at] === 0xff && (at + 1 >= end || bytes[at + 1] !== 0))) {
      reader.padding += 8;
    } else {
      byte = bytes[at]!;
      reader.at = at + (byte === 0xff ? 2 : 1);
    }
    reader.buffer = ((reader.buffer << 8) | byte) & 0xffffff;
    reader.held += 8;
  }
}

/** The symbol of the next code. */
export function readSymbol(reader: BitReader, table: HuffmanTable): number {
  if (reader.held < CODE_BITS) fill(reader);
  const entry = table[(reader.buffer >>> (reader.held - CODE_BITS)) & 0xffff]!;
  if (entry === 0) throw corruptScan('an unknown Huffman code');
  take(reader, entry >> 8);
  return entry & 255;
}

/** The next `count` bits as a number; at most 15. */
export function readBits(reader: BitReader, count: number): number {
  if (reader.held < count) fill(reader);
  take(reader, count);
  return (reader.buffer >>> reader.held) & ((1 << count) - 1);
}

function take(reader: BitReader, count: number): void {
  reader.held -= count;
  if (reader.held < reader.padding) throw corruptScan('its data ends early');
}
