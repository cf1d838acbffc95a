// Decodes scans of DC coefficients, many units in one go: most of the time of an eighth of a progressive file. A list tells which blocks are in a
// unit, so that the loop over them has no cases, and the state of the reader lies in local variables.
import { INDEX_BITS, isReady, pairsOf } from './codes';
import {
  ACROSS,
  address,
  BLOCK_BYTES,
  component,
  DC_SLOT,
  DC_TABLE,
  DOWN,
  field,
  hasSums,
  LAST,
  PLANE,
  STRIDE,
} from './component';
import { UNIT } from './memory';
import { bits, count, next, refill, setBits } from './reader';
import { searchDc } from './search';
import { addDc } from './sums';

/** An entry of the list: a component, the address of the first of its blocks in a row of the unit, how many there are, a table of pairs or 0. */
const TO: usize = 4;
const BLOCKS: usize = 8;
const PAIRS: usize = 12;
const ENTRY_BYTES: usize = 16;

/** Lists the rows of blocks of a unit. Answers where the list ends. */
function listBlocks(components: i32, row: i32, unit: i32): usize {
  let end = UNIT;
  for (let i = 0; i < components; i++) {
    const part = component(i);
    const across = field(part, ACROSS);
    const down = field(part, DOWN);
    const left = <usize>(unit * across * field(part, BLOCK_BYTES));
    for (let y = 0; y < down; y++, end += ENTRY_BYTES) {
      store<usize>(end, part);
      store<usize>(
        end + TO,
        address(part, PLANE) + <usize>(row * down + y) * address(part, STRIDE) + left,
      );
      store<i32>(end + BLOCKS, across);
      const isPair = across === 2 && field(part, BLOCK_BYTES) === 2;
      store<usize>(end + PAIRS, isPair ? pairsOf(field(part, DC_SLOT)) : 0);
    }
  }
  return end;
}

/** The DC coefficients of `units` units of a row, without their `low` last bits. */
export function readDcs(components: i32, row: i32, unit: i32, units: i32, low: i32): void {
  const end = listBlocks(components, row, unit);
  if (hasSums(component(0))) readUnits<v128>(end, units, low);
  else readUnits<i16>(end, units, low);
}

/** The same, compiled for planes of coefficients and for planes of sums, which are vectors. */
function readUnits<Plane>(end: usize, units: i32, low: i32): void {
  let b = bits;
  let n = count;
  let p = next;
  for (; units > 0; units--) {
    for (let at = UNIT; at < end; at += ENTRY_BYTES) {
      const part = load<usize>(at);
      const table = address(part, DC_TABLE);
      const bytes = <usize>field(part, BLOCK_BYTES);
      const pairs = load<usize>(at + PAIRS);
      let last = field(part, LAST);
      let to = load<usize>(at + TO);
      if (sizeof<Plane>() === 2 && pairs !== 0) {
        if (n < INDEX_BITS) {
          b |= load<u64>(p - 8) >>> <u64>n;
          p -= (63 - n) >>> 3;
          n |= 56;
        }
        const entry = load<i32>(pairs + ((<usize>(b >>> 52)) << 2));
        if (entry !== 0) {
          b <<= <u64>entry;
          n -= entry & 63;
          const first = last + ((entry << 13) >> 19);
          last = first + (entry >> 19);
          store<i32>(part + LAST, last);
          store<i32>(to, ((first << low) & 0xffff) | (last << (low + 16)));
          store<usize>(at + TO, to + 4);
          continue;
        }
      }
      for (let x = load<i32>(at + BLOCKS); x > 0; x--, to += bytes) {
        if (n < INDEX_BITS) {
          b |= load<u64>(p - 8) >>> <u64>n;
          p -= (63 - n) >>> 3;
          n |= 56;
        }
        const entry = load<i32>(table + ((<usize>(b >>> 52)) << 2));
        let value = entry >> 16;
        if (isReady(entry)) {
          b <<= <u64>entry;
          n -= entry & 63;
        } else {
          setBits(b, n, p);
          value = searchDc(part);
          b = bits;
          n = count;
          p = next;
        }
        last += value;
        if (sizeof<Plane>() > 2) addDc(part, to, <i16>(last << low));
        else store<i16>(to, <i16>(last << low));
      }
      store<i32>(part + LAST, last);
      // The blocks of the next unit follow.
      store<usize>(at + TO, to);
    }
  }
  setBits(b, n, p);
}

/** The next bit of the DC coefficients of `units` units of a row. */
export function refineDcs(components: i32, row: i32, unit: i32, units: i32, low: i32): void {
  const end = listBlocks(components, row, unit);
  if (hasSums(component(0))) refineUnits<v128>(end, units, low);
  else refineUnits<i16>(end, units, low);
}

function refineUnits<Plane>(end: usize, units: i32, low: i32): void {
  for (; units > 0; units--) {
    // A unit has fewer blocks than there are bits after this.
    refill();
    let b = bits;
    let used: i32 = 0;
    for (let at = UNIT; at < end; at += ENTRY_BYTES) {
      const part = load<usize>(at);
      const bytes = <usize>field(part, BLOCK_BYTES);
      const blocks = load<i32>(at + BLOCKS);
      let to = load<usize>(at + TO);
      used += blocks;
      if (sizeof<Plane>() === 2 && load<usize>(at + PAIRS) !== 0) {
        const two = (<i32>(b >>> 63) | (<i32>(b >>> 46) & 0x10000)) << low;
        store<i32>(to, load<i32>(to) | two);
        store<usize>(at + TO, to + 4);
        b <<= 2;
        continue;
      }
      for (let x = blocks; x > 0; x--, to += bytes, b <<= 1) {
        const value = (<i32>(b >>> 63)) << low;
        if (sizeof<Plane>() > 2) addDc(part, to, value);
        else store<i16>(to, load<i16>(to) | <i16>value);
      }
      store<usize>(at + TO, to);
    }
    setBits(b, count - used, next);
  }
}
