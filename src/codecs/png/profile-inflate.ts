// Unpacks the zlib stream of a PNG's colour profile, within limits for time and memory.
//
// The platform's decompressor cannot be stopped in time: workerd unpacks all input before its reader gets the first byte, so 64 kB of a
// bomb take 64 MB. fflate can be stopped, but builds two tables of 32768 entries for each block: 256 kB of tiny blocks took it 11 s.
import { AppError } from '../../errors.ts';

/** A Huffman code of RFC 1951: the number of codes of each length, and the symbols in the order of their codes. */
type Code = { counts: Uint16Array; symbols: Uint16Array };

const MAX_CODE_BITS = 15;
const END_OF_BLOCK = 256;
/** Most blocks: compressors begin a new block about every ten thousand bytes, but a hostile file could define new codes for every byte. */
const MAX_BLOCKS = 1024;
/** Order in which a block lists the lengths of the code in which its other codes are written. */
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

const fixedCodes = {
  literals: codeOf(Uint8Array.from({ length: 288 }, (_, i) => fixedLength(i))),
  distances: codeOf(new Uint8Array(30).fill(5)),
};

/**
 * The bytes of a zlib stream; its checksum is ignored. Throws `undecodable` if the stream is corrupt or cut short, has more than
 * `MAX_BLOCKS` blocks, or unpacks to more than `atMost` bytes.
 */
export function inflate(bytes: Uint8Array, atMost: number): Uint8Array {
  const [method = 0, flags = 0] = bytes;
  if ((method & 15) !== 8 || (method * 256 + flags) % 31 !== 0 || flags & 32) throw corrupt();
  const bits = bitReader(bytes, 2);
  let out = new Uint8Array(Math.min(atMost, 8192));
  let length = 0;
  const makeRoom = (more: number): void => {
    if (length + more > atMost)
      throw new AppError('undecodable', `icc: expected at most ${atMost} bytes, got more`);
    if (length + more <= out.length) return;
    const larger = new Uint8Array(Math.min(atMost, 2 * (length + more)));
    larger.set(out);
    out = larger;
  };
  for (let last = 0, blocks = 0; last === 0; blocks++) {
    if (blocks === MAX_BLOCKS) throw corrupt();
    last = bits.take(1);
    const kind = bits.take(2);
    if (kind === 3) throw corrupt();
    if (kind === 0) {
      const stored = bits.stored();
      makeRoom(stored.length);
      out.set(stored, length);
      length += stored.length;
      continue;
    }
    const { literals, distances } = kind === 1 ? fixedCodes : readCodes(bits);
    for (;;) {
      const symbol = bits.symbol(literals);
      if (symbol === END_OF_BLOCK) break;
      if (symbol < END_OF_BLOCK) {
        makeRoom(1);
        out[length++] = symbol;
        continue;
      }
      const run = runOf(symbol - 257, bits);
      const back = distanceOf(bits.symbol(distances), bits);
      if (back > length) throw corrupt();
      makeRoom(run);
      for (const end = length + run; length < end; length++) {
        out[length] = out[length - back]!;
      }
    }
  }
  return out.subarray(0, length);
}

type Bits = ReturnType<typeof bitReader>;

function bitReader(bytes: Uint8Array, start: number) {
  let at = start;
  let held = 0;
  let count = 0;
  const take = (n: number): number => {
    while (count < n) {
      const byte = bytes[at++];
      if (byte === undefined) throw corrupt();
      held |= byte << count;
      count += 8;
    }
    const value = held & ((1 << n) - 1);
    held >>>= n;
    count -= n;
    return value;
  };
  /** Codes of one length are consecutive numbers; the first is twice the number after the last code that is one bit shorter. */
  const symbol = ({ counts, symbols }: Code): number => {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let bits = 1; bits <= MAX_CODE_BITS; bits++) {
      code |= take(1);
      const many = counts[bits]!;
      if (code - first < many) return symbols[index + code - first]!;
      index += many;
      first = (first + many) << 1;
      code <<= 1;
    }
    throw corrupt();
  };
  /** The bytes of a stored block, which begins at the next whole byte. */
  const stored = (): Uint8Array => {
    held = 0;
    count = 0;
    const length = take(16);
    if (take(16) !== (length ^ 0xffff) || at + length > bytes.length) throw corrupt();
    at += length;
    return bytes.subarray(at - length, at);
  };
  return { take, symbol, stored };
}

/** Bytes to copy, 3…258, by the symbol's place among those for copies. */
function runOf(place: number, bits: Bits): number {
  if (place > 28) throw corrupt();
  if (place === 28) return 258;
  if (place < 8) return place + 3;
  const extra = (place >> 2) - 1;
  return 3 + ((4 + (place & 3)) << extra) + bits.take(extra);
}

/** How far back the bytes to copy lie, 1…32768. */
function distanceOf(symbol: number, bits: Bits): number {
  if (symbol > 29) throw corrupt();
  if (symbol < 4) return symbol + 1;
  const extra = (symbol >> 1) - 1;
  return 1 + ((2 + (symbol & 1)) << extra) + bits.take(extra);
}

function readCodes(bits: Bits): { literals: Code; distances: Code } {
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

/** The code whose symbol `i` has `lengths[i]` bits; 0 for none. */
function codeOf(lengths: Uint8Array): Code {
  const counts = new Uint16Array(MAX_CODE_BITS + 1);
  for (const length of lengths) if (length > 0) counts[length] = counts[length]! + 1;
  const next = new Uint16Array(MAX_CODE_BITS + 1);
  let free = 1;
  for (let bits = 1; bits <= MAX_CODE_BITS; bits++) {
    free = 2 * free - counts[bits]!;
    if (free < 0) throw corrupt();
    next[bits] = next[bits - 1]! + counts[bits - 1]!;
  }
  const symbols = new Uint16Array(lengths.length);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    const place = next[length]!;
    symbols[place] = symbol;
    next[length] = place + 1;
  });
  return { counts, symbols };
}

function fixedLength(symbol: number): number {
  if (symbol < 144) return 8;
  return symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
}

function corrupt(): AppError {
  return new AppError('undecodable', 'icc: the compressed profile is corrupt or cut short');
}
