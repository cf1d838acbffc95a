// Unpacks the indices of a GIF frame (LZW with codes of variable length), a row at a time.
import { AppError } from '../../errors.ts';

/** Most bits of a code, and the number of codes. */
const MAX_BITS = 12;
const MAX_CODES = 2 ** MAX_BITS;
/** Most bits of an index. */
const MAX_INDEX_BITS = 8;

/** Fills a row with the next indices. Throws `undecodable` if the data ends before, or has an impossible code. */
export type ReadIndices = (row: Uint8Array) => void;

/**
 * Reads the data at offset `at`: the size of an index in bits, then sub-blocks. Needs 20 kB whatever the data; each code gives an
 * index at least or starts the table anew, so the time is bounded by the bytes and the rows that are read.
 */
export function unpackIndices(bytes: Uint8Array, at: number): ReadIndices {
  const indexBits = bytes[at] ?? 0;
  if (indexBits < 1 || indexBits > MAX_INDEX_BITS) {
    throw new AppError('undecodable', `gif: expected codes of 1 to 8 bits, got ${indexBits}`);
  }
  const clear = 1 << indexBits;
  /** Each code stands for the string of the code `before` and one more index. */
  const before = new Uint16Array(MAX_CODES);
  const lasts = new Uint8Array(MAX_CODES);
  const lengths = new Uint16Array(MAX_CODES);
  for (let index = 0; index < clear; index++) {
    lasts[index] = index;
    lengths[index] = 1;
  }
  const nextCode = codeReader(bytes, at + 1);
  let codeBits = indexBits + 1;
  let known = clear + 2;
  let previous = -1;
  /** The string of the last code, of which `used` indices have been given out. */
  const string = new Uint8Array(MAX_CODES + 1);
  let length = 0;
  let used = 0;

  const expand = (code: number, end: number): void => {
    for (let i = end - 1, from = code; i >= 0; i--) {
      string[i] = lasts[from]!;
      from = before[from]!;
    }
  };
  const readString = (): void => {
    for (;;) {
      const code = nextCode(codeBits);
      if (code === clear) {
        codeBits = indexBits + 1;
        known = clear + 2;
        previous = -1;
        continue;
      }
      if (code === clear + 1) throw cut();
      if (code > known || (code === known && previous < 0)) {
        throw new AppError('undecodable', 'gif: the picture data is corrupt: an impossible code');
      }
      // A code that is only now defined is the last string followed by its own first index.
      const source = code === known ? previous : code;
      length = lengths[source]!;
      expand(source, length);
      if (code === known) string[length++] = string[0]!;
      if (previous >= 0 && known < MAX_CODES) {
        before[known] = previous;
        lasts[known] = string[0]!;
        lengths[known] = lengths[previous]! + 1;
        known++;
        if (known === 1 << codeBits && codeBits < MAX_BITS) codeBits++;
      }
      previous = code;
      used = 0;
      return;
    }
  };
  return (row) => {
    for (let x = 0; x < row.length; ) {
      if (used === length) readString();
      const count = Math.min(length - used, row.length - x);
      for (let i = 0; i < count; i++) row[x + i] = string[used + i]!;
      used += count;
      x += count;
    }
  };
}

/** Reads codes, lowest bit first, from the sub-blocks at `start`. */
function codeReader(bytes: Uint8Array, start: number): (bits: number) => number {
  let at = start;
  let blockEnd = start;
  let held = 0;
  let count = 0;
  return (bits) => {
    while (count < bits) {
      if (at === blockEnd) {
        const size = bytes[at] ?? 0;
        if (size === 0) throw cut();
        at++;
        blockEnd = at + size;
      }
      const byte = bytes[at++];
      if (byte === undefined) throw cut();
      held |= byte << count;
      count += 8;
    }
    const code = held & ((1 << bits) - 1);
    held >>>= bits;
    count -= bits;
    return code;
  };
}

const cut = (): AppError =>
  new AppError('undecodable', 'gif: the picture data ends before its last row');
