// Huffman codes (ISO/IEC 10918-1, annex C and F.2.2.3) and look-up tables by the next 12 bits.
import {
  AC_PAIRS,
  AC_SKIPS,
  AC_VALUES,
  CODES,
  CODES_BYTES,
  DC_PAIRS,
  DC_VALUES,
  INPUT,
  SKIPS_BYTES,
  VALUES_BYTES,
} from './memory';

/** Bits that look-up tables are indexed by. More do not fit the first-level cache. */
export const INDEX_BITS: i32 = 12;
const ENTRIES: i32 = 1 << INDEX_BITS;
/** The same of tables of pairs of AC coefficients, whose entries have eight bytes. */
export const PAIR_BITS: i32 = 11;
/** Longest code. */
const LONGEST: i32 = 16;
/** Offsets in a table of codes: largest code of each length (-1 if none), what turns a code into the place of its symbol, the symbols. */
const LARGEST: usize = 0;
const OFFSET: usize = 72;
const SYMBOLS: usize = 144;
/** Which tables the slot has besides its table of values. */
const MADE: usize = 404;
const SKIPS: i32 = 1;
const PAIRS: i32 = 2;

/** Most bits of an entry that skips AC symbols, with value bits beyond the index: 56 bits are enough for three entries. */
const MOST_SKIPPED_BITS: i32 = 18;

/** The place of the last coefficient of a block. */
export const LAST_PLACE: i32 = 63;
/** Added to the advance of an entry that ends a block. */
export const END_OF_BLOCK: i32 = 128;
/** Advance of an entry that holds nothing: the code is longer than the index, or unknown. */
export const UNKNOWN: i32 = 64;
/** Set in an entry of a value table whose value bits lie beyond the index: the value's place holds their number. */
export const VALUE_FOLLOWS: i32 = 1 << 14;
/** The same in an entry of a table of pairs. */
export const PAIR_VALUE_FOLLOWS: i32 = 1 << 24;

/**
 * Takes the definition of a table from `INPUT`: 16 counts of codes by length, then the symbols. Slots 0 to 3 are DC tables, 4 to 7 AC tables.
 * Answers whether it is a possible one.
 */
export function defineCodes(slot: i32): i32 {
  const codes = CODES + <usize>slot * CODES_BYTES;
  let code: i32 = 0;
  let place: i32 = 0;
  for (let length = 1; length <= LONGEST; length++) {
    const count: i32 = load<u8>(INPUT + length - 1);
    store<i32>(codes + LARGEST + ((<usize>length) << 2), count > 0 ? code + count - 1 : -1);
    store<i32>(codes + OFFSET + ((<usize>length) << 2), place - code);
    code += count;
    place += count;
    if (code > 1 << length || place > 256) return 0;
    code <<= 1;
  }
  memory.copy(codes + SYMBOLS, INPUT + 16, place);
  memory.fill(codes + SYMBOLS + place, 0, 256 - place);
  store<i32>(codes + MADE, 0);
  if (slot < 4) {
    for (let i = 0; i < place; i++) if (load<u8>(codes + SYMBOLS + i) > 15) return 0;
    fillValues(codes, DC_VALUES + <usize>slot * VALUES_BYTES, true);
  } else {
    fillValues(codes, AC_VALUES + <usize>(slot - 4) * VALUES_BYTES, false);
  }
  return 1;
}

/** Length of the code that `code`, 16 bits, begins with; 0 if there is none. */
export function codeLength(codes: usize, code: i32): i32 {
  for (let length = 1; length <= LONGEST; length++) {
    if (code >> (LONGEST - length) <= load<i32>(codes + LARGEST + ((<usize>length) << 2)))
      return length;
  }
  return 0;
}

export function symbolOf(codes: usize, code: i32, length: i32): i32 {
  const place = (code >> (LONGEST - length)) + load<i32>(codes + OFFSET + ((<usize>length) << 2));
  return load<u8>(codes + SYMBOLS + (place & 255));
}

/** What libjpeg-turbo takes for the symbol of a code that does not exist: `code` is 17 bits. */
export function unknownSymbol(codes: usize, code: i32): i32 {
  return load<u8>(codes + SYMBOLS + (code & 255));
}

/** A value from its bits: those that begin with 0 are negative (F.2.2.1). */
export function extended(value: i32, size: i32): i32 {
  return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

/** Entries `value << 16 | flag | advance << 6 | bits`; 0 bits for a code longer than the index. The counts of codes are in `INPUT`. */
function fillValues(codes: usize, table: usize, dc: bool): void {
  let at = table;
  let symbols = codes + SYMBOLS;
  for (let length: i32 = 1; length <= INDEX_BITS; length++) {
    const rest = INDEX_BITS - length;
    // Codes of a length follow each other, and all entries that begin with one.
    for (let left: i32 = load<u8>(INPUT + length - 1); left > 0; left--, symbols++) {
      const symbol: i32 = load<u8>(symbols);
      const size = symbol & 15;
      const run = dc ? 0 : symbol >> 4;
      const advance = dc || size > 0 ? run + 1 : run === 15 ? 16 : END_OF_BLOCK;
      if (size > rest) {
        const entry = (size << 16) | VALUE_FOLLOWS | (advance << 6) | length;
        for (let i = 0; i < 1 << rest; i++, at += 4) store<i32>(at, entry);
        continue;
      }
      const same = 1 << (rest - size);
      for (let bits = 0; bits < 1 << size; bits++) {
        // Of an end of block: its run, which progressive scans need.
        const value = size > 0 ? extended(bits, size) : advance === END_OF_BLOCK ? run : 0;
        const entry = (value << 16) | (advance << 6) | (length + size);
        for (let i = 0; i < same; i++, at += 4) store<i32>(at, entry);
      }
    }
  }
  for (const end = table + VALUES_BYTES; at < end; at += 4) store<i32>(at, UNKNOWN << 6);
}

/** The table that skips AC symbols of a slot, made when it is first asked for. */
export function skipsOf(slot: i32): usize {
  const codes = CODES + <usize>slot * CODES_BYTES;
  const skips = AC_SKIPS + <usize>(slot - 4) * SKIPS_BYTES;
  if (markMade(codes, SKIPS)) return skips;
  fillSkips(codes, skips);
  return skips;
}

/** Entries `advance << 6 | bits` of as many symbols as have their codes inside the index, for AC coefficients that are not kept. */
function fillSkips(codes: usize, table: usize): void {
  for (let i = 0; i < ENTRIES; i++) {
    let bits: i32 = 0;
    let advance: i32 = 0;
    while (bits < INDEX_BITS) {
      const code = (i << (bits + LONGEST - INDEX_BITS)) & 0xffff;
      const length = codeLength(codes, code);
      if (length === 0 || bits + length > INDEX_BITS) break;
      const symbol = symbolOf(codes, code, length);
      const size = symbol & 15;
      const run = symbol >> 4;
      if (size === 0 && run < 15) {
        advance += END_OF_BLOCK;
        bits += length;
        break;
      }
      if (advance + run + 1 > 63 || bits + length + size > MOST_SKIPPED_BITS) break;
      advance += run + 1;
      bits += length + size;
      if (advance === 63) break;
    }
    store<u16>(table + ((<usize>i) << 1), <u16>(bits === 0 ? UNKNOWN << 6 : (advance << 6) | bits));
  }
}

/**
 * The table of two DC values by the next 12 bits of a slot, made when it is first asked for: `second << 19 | first << 6 | bits`, and 0 where the
 * index does not hold two codes with their values.
 */
export function pairsOf(slot: i32): usize {
  const codes = CODES + <usize>slot * CODES_BYTES;
  const pairs = DC_PAIRS + <usize>slot * VALUES_BYTES;
  if (markMade(codes, PAIRS)) return pairs;
  const values = DC_VALUES + <usize>slot * VALUES_BYTES;
  for (let i = 0; i < ENTRIES; i++) {
    const first = load<i32>(values + ((<usize>i) << 2));
    const used = first & 63;
    const second = load<i32>(values + ((<usize>((i << used) & (ENTRIES - 1))) << 2));
    const bits = used + (second & 63);
    const fits = isReady(first) && isReady(second) && bits <= INDEX_BITS;
    const values2 = ((second >> 16) << 19) | (((first >> 16) & 0x1fff) << 6);
    store<i32>(pairs + ((<usize>i) << 2), fits ? values2 | bits : 0);
  }
  return pairs;
}

/**
 * The table of two AC coefficients by the next `PAIR_BITS` bits of a slot, made when it is first asked for: `second << 48 | first << 32 |
 * flag | first advance << 16 | whole advance << 6 | bits`. The second is 0 if the index holds one only, or if the block ends behind it.
 */
export function acPairsOf(slot: i32): usize {
  const codes = CODES + <usize>slot * CODES_BYTES;
  const pairs = AC_PAIRS + <usize>(slot - 4) * VALUES_BYTES;
  if (markMade(codes, PAIRS)) return pairs;
  const values = AC_VALUES + <usize>(slot - 4) * VALUES_BYTES;
  for (let i = 0; i < 1 << PAIR_BITS; i++)
    store<u64>(pairs + ((<usize>i) << 3), acPair(values, i << (INDEX_BITS - PAIR_BITS)));
  return pairs;
}

function acPair(values: usize, index: i32): u64 {
  const entry = load<i32>(values + ((<usize>index) << 2));
  const used = entry & 63;
  if (used === 0 || used > PAIR_BITS) return UNKNOWN << 6;
  const advance = (entry >>> 6) & 255;
  const first = (<u64>((entry >> 16) & 0xffff)) << 32;
  if (!isReady(entry)) return first | PAIR_VALUE_FOLLOWS | (advance << 16) | (UNKNOWN << 6) | used;
  if (advance >= END_OF_BLOCK) return (END_OF_BLOCK << 6) | used;
  const next = load<i32>(values + ((<usize>((index << used) & (ENTRIES - 1))) << 2));
  const bits = used + (next & 63);
  if (!isReady(next) || bits > PAIR_BITS) return first | (advance << 16) | (advance << 6) | used;
  const further = (next >>> 6) & 255;
  const second = further < END_OF_BLOCK ? (<u64>((next >> 16) & 0xffff)) << 48 : 0;
  return second | first | (advance << 16) | ((advance + further) << 6) | bits;
}

/** Marks a slot's table of this kind, `SKIPS` or `PAIRS`, as made. Answers whether it was before. */
function markMade(codes: usize, kind: i32): bool {
  const made = load<i32>(codes + MADE);
  store<i32>(codes + MADE, made | kind);
  return (made & kind) !== 0;
}

/** Whether an entry of a table of values has the whole code and the whole value. */
export function isReady(entry: i32): bool {
  return (entry & (VALUE_FOLLOWS | (UNKNOWN << 6))) === 0;
}

/** Whether a block ends well at this place: with its last coefficient, or by an end of block before it. */
export function isEnd(place: i32): bool {
  return place === LAST_PLACE || <u32>(place - END_OF_BLOCK) < <u32>LAST_PLACE;
}
