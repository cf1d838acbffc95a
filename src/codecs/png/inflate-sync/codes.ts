// The Huffman codes of a deflate block (RFC 1951, section 3.2).
import { AppError } from '../../../errors.ts';
import type { BitReader } from './bits.ts';

/**
 * A Huffman code: the number of codes of each length, the symbols in the order of their codes, and for each value of the next
 * `QUICK_BITS` bits `symbol · 16 + length`, or 0 if the code is longer than that or unknown.
 */
export type Code = { counts: Uint16Array; symbols: Uint16Array; quick: Uint16Array };

export const MAX_CODE_BITS = 15;
export const QUICK_BITS = 9;
export const END_OF_BLOCK = 256;
/** Order in which a block lists the lengths of the code in which its other codes are written. */
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** The codes of blocks that bring none. */
export const fixedCodes = {
  literals: codeOf(Uint8Array.from({ length: 288 }, (_, i) => fixedLength(i))),
  distances: codeOf(new Uint8Array(30).fill(5)),
};

/** Reads the codes of a block. Throws `undecodable` if they are none. */
export function readCodes(bits: BitReader): { literals: Code; distances: Code } {
  const literals = bits.take(5) + 257;
  const distances = bits.take(5) + 1;
  const given = bits.take(4) + 4;
  const own = new Uint8Array(19);
  for (let i = 0; i < given; i++) own[lengthOrder[i]!] = bits.take(3);
  const code = codeOf(own);
  const lengths = new Uint8Array(literals + distances);
  for (let at = 0; at < lengths.length; ) {
    const symbol = bits.symbol(code);
    if (symbol < 16) {
      lengths[at++] = symbol;
      continue;
    }
    if (symbol === 16 && at === 0) throw corrupt();
    const repeated = symbol === 16 ? lengths[at - 1]! : 0;
    const times =
      symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
    if (at + times > lengths.length) throw corrupt();
    lengths.fill(repeated, at, at + times);
    at += times;
  }
  return {
    literals: codeOf(lengths.subarray(0, literals)),
    distances: codeOf(lengths.subarray(literals)),
  };
}

/** The code whose symbol `i` has `lengths[i]` bits; 0 for none. Throws `undecodable` if there are more codes than bits for them. */
function codeOf(lengths: Uint8Array): Code {
  const counts = new Uint16Array(MAX_CODE_BITS + 1);
  for (const length of lengths) if (length > 0) counts[length] = counts[length]! + 1;
  const places = new Uint16Array(MAX_CODE_BITS + 1);
  const codes = new Uint16Array(MAX_CODE_BITS + 1);
  let free = 1;
  for (let bits = 1; bits <= MAX_CODE_BITS; bits++) {
    free = 2 * free - counts[bits]!;
    if (free < 0) throw corrupt();
    places[bits] = places[bits - 1]! + counts[bits - 1]!;
    codes[bits] = (codes[bits - 1]! + counts[bits - 1]!) << 1;
  }
  const symbols = new Uint16Array(lengths.length);
  const quick = new Uint16Array(1 << QUICK_BITS);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    const place = places[length]!;
    symbols[place] = symbol;
    places[length] = place + 1;
    const code = codes[length]!;
    codes[length] = code + 1;
    if (length > QUICK_BITS) return;
    // Codes begin with their highest bit, while all else begins with the lowest.
    let mirrored = 0;
    for (let i = 0; i < length; i++) mirrored |= ((code >> i) & 1) << (length - 1 - i);
    for (let i = mirrored; i < quick.length; i += 1 << length) quick[i] = symbol * 16 + length;
  });
  return { counts, symbols, quick };
}

function fixedLength(symbol: number): number {
  if (symbol < 144) return 8;
  return symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
}

/** The error of a stream that does not follow the format. */
export function corrupt(): AppError {
  return new AppError('undecodable', 'png: the compressed bytes are corrupt or cut short');
}
