// Reads Huffman codes and bits from the compressed data of a JPEG scan.
import { AppError } from '../../../errors.ts';

/** For each 16 bits that can follow: `length << 8 | symbol` of the code in front; 0 for none. */
export type HuffmanTable = Uint16Array;

const CODE_BITS = 16;

/** A table from its sixteen counts and its symbols (ISO/IEC 10918-1, annex C). Throws `undecodable` for an impossible one. */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
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

/** Where reading stands in a scan's data. Plain fields and functions: closures took twice the time. */
export type BitReader = {
  bytes: Uint8Array;
  at: number;
  end: number;
  /** The last bits taken from `bytes`, of which the lower `held` ones are not read yet. */
  buffer: number;
  held: number;
  /** How many of the held bits are zeros put behind the data. */
  padding: number;
};

/** Reads `start…end` of `bytes`. Its functions throw `undecodable` for bits that are not there and unknown codes. */
export function createBitReader(bytes: Uint8Array, start: number, end: number): BitReader {
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

/** The next bits as a number, at most 15 of them. */
export function readBits(reader: BitReader, count: number): number {
  if (reader.held < count) fill(reader);
  take(reader, count);
  return (reader.buffer >>> reader.held) & ((1 << count) - 1);
}

/** A code for a number of bits, and the signed difference that those bits spell. */
export function readDifference(reader: BitReader, table: HuffmanTable): number {
  const size = readSymbol(reader, table);
  if (size === 0) return 0;
  if (size > 15) throw corruptScan('a difference of more than 15 bits');
  return readSigned(reader, size);
}

/** The next 1 to 15 bits as a number that is negative where they begin with a zero. */
export function readSigned(reader: BitReader, size: number): number {
  const value = readBits(reader, size);
  return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

/** Passes over the rest of an interval and its restart marker, which must be number `expected` of 0…7. */
export function passRestart(reader: BitReader, expected: number): void {
  const { bytes, end } = reader;
  let { at } = reader;
  // Stuffed zeros and fill bytes may stand in front of the marker.
  while (at < end && (bytes[at] !== 0xff || bytes[at + 1] === 0 || bytes[at + 1] === 0xff)) at++;
  if (at >= end || bytes[at + 1] !== 0xd0 + expected) {
    throw corruptScan(`no restart marker ${expected} where one must be`);
  }
  reader.at = at + 2;
  reader.held = 0;
  reader.padding = 0;
}

function take(reader: BitReader, count: number): void {
  reader.held -= count;
  if (reader.held < reader.padding) throw corruptScan('its data ends early');
}

/** The error for a scan that has `what`. */
export function corruptScan(what: string): AppError {
  return new AppError('undecodable', `jpeg: the picture data is corrupt: ${what}`);
}
