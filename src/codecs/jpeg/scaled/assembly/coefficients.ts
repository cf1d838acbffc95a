// Decodes scans of files whose components come in several scans: of each block the DC coefficient, and of coarse components the first AC
// coefficients across, down and both, which tell the quarters of a block apart. Coefficients lie in planes of 16-bit numbers, one or four
// a block.
import { END_OF_BLOCK, extended, VALUE_FOLLOWS } from './codes';
import {
  AC_SLOT,
  AC_TABLE,
  address,
  BLOCK_BYTES,
  DC_SLOT,
  DC_TABLE,
  field,
  LAST,
  STEPS,
} from './component';
import { BASIS_2 } from './memory';
import { bits, drop, refill, searchSymbol, takeBits } from './reader';

const LAST_PLACE: i32 = 63;

/** Where a plane has the coefficient at a place in zigzag order: 1 is across, 2 is down, 4 is both. */
function offsetOf(place: i32): usize {
  return place === 4 ? 6 : (<usize>place) << 1;
}

function isKept(place: i32): bool {
  return place === 1 || place === 2 || place === 4;
}

/** The difference of the next DC coefficient. */
function readDifference(part: usize): i32 {
  refill();
  const entry = load<i32>(address(part, DC_TABLE) + ((<usize>(bits >>> 52)) << 2));
  let size: i32;
  if ((entry & 63) === 0) size = searchSymbol(field(part, DC_SLOT));
  else {
    drop(entry & 63);
    if ((entry & VALUE_FOLLOWS) === 0) return entry >> 16;
    size = entry >> 16;
  }
  return size > 0 ? extended(takeBits(size), size) : 0;
}

/** The DC coefficient of a block, without its `low` last bits. */
export function readDc(part: usize, to: usize, low: i32): void {
  const value = field(part, LAST) + readDifference(part);
  store<i32>(part + LAST, value);
  store<i16>(to, <i16>(value << low));
}

/** The next bit of a DC coefficient. */
export function refineDc(to: usize, low: i32): void {
  refill();
  store<i16>(to, load<i16>(to) | <i16>(takeBits(1) << low));
}

/** The coefficients of a block of a sequential scan. */
export function readBlock(part: usize, to: usize): void {
  readDc(part, to, 0);
  readBand(part, to, 1, LAST_PLACE, 0);
}

/**
 * The coefficients `first` to `last` of a block, without their `low` last bits, those that are kept. Answers how many blocks behind this one
 * have none (in sequential scans nobody asks).
 */
export function readBand(part: usize, to: usize, first: i32, last: i32, low: i32): i32 {
  const table = address(part, AC_TABLE);
  const keeps = field(part, BLOCK_BYTES) > 2;
  let place = first - 1;
  while (place < last) {
    refill();
    const entry = load<i32>(table + ((<usize>(bits >>> 52)) << 2));
    let value = entry >> 16;
    if ((entry & 63) === 0) {
      const symbol = searchSymbol(field(part, AC_SLOT));
      const size = symbol & 15;
      const run = symbol >> 4;
      if (size === 0 && run < 15) return blocksToPass(run);
      place += run + 1;
      value = size > 0 ? extended(takeBits(size), size) : 0;
    } else {
      drop(entry & 63);
      const advance = (entry >>> 6) & 255;
      if (advance >= END_OF_BLOCK) return blocksToPass(value);
      place += advance;
      if (entry & VALUE_FOLLOWS) value = extended(takeBits(value), value);
    }
    if (keeps && isKept(place)) store<i16>(to + offsetOf(place), <i16>(value << low));
  }
  return 0;
}

/** An end of block of `run` stands for so many blocks behind this one too (ISO/IEC 10918-1, G.1.2.2). */
function blocksToPass(run: i32): i32 {
  if (run === 0) return 0;
  refill();
  return (1 << run) - 1 + takeBits(run);
}

/** Makes the means of `blocks` blocks in a row of their coefficients: one sample a block, or two rows of two. */
export function meansOf(part: usize, from: usize, to: usize, stride: usize, blocks: i32): void {
  const steps = address(part, STEPS);
  const step: i32 = load<u16>(steps);
  if (field(part, BLOCK_BYTES) === 2) {
    for (let i = 0; i < blocks; i++, from += 2) {
      const level = ((<i32>load<i16>(from) * step + 4) >> 3) + 128;
      store<u8>(to + i, <u8>min(max(level, 0), 255));
    }
    return;
  }
  const across = v128.load64_zero(BASIS_2 + 8);
  const down = v128.load64_zero(BASIS_2 + 16);
  const both = v128.load64_zero(BASIS_2 + 32);
  for (let i = 0; i < blocks; i++, from += 8, to += 2) {
    let sum = i16x8.splat(<i16>(<i32>load<i16>(from) * step * 2 + 2048 + 8));
    sum = i16x8.add(sum, i16x8.q15mulr_sat_s(weighted(from + 2, steps + 2), across));
    sum = i16x8.add(sum, i16x8.q15mulr_sat_s(weighted(from + 4, steps + 4), down));
    sum = i16x8.add(sum, i16x8.q15mulr_sat_s(weighted(from + 6, steps + 8), both));
    const shifted = i16x8.shr_s(sum, 4);
    const samples = i8x16.narrow_i16x8_u(shifted, shifted);
    v128.store16_lane(to, samples, 0);
    v128.store16_lane(to + stride, samples, 1);
  }
}

/** A coefficient times its step in units of 1/16, in all lanes. */
function weighted(value: usize, step: usize): v128 {
  return i16x8.splat(<i16>((<i32>load<i16>(value) * <i32>load<u16>(step)) << 4));
}
