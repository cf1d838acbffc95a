// Decodes scans of files whose components come in several scans: of each block the DC coefficient, and of coarse components the first AC
// coefficients across, down and both, which tell the quarters of a block apart. Coefficients lie in planes of 16-bit numbers, one or four
// a block; sums of samples (`sums.ts`) get every coefficient.
import { END_OF_BLOCK, extended, isReady, LAST_PLACE, VALUE_FOLLOWS } from './codes';
import { AC_TABLE, address, BLOCK_BYTES, DC_TABLE, field, hasSums, LAST, STEPS } from './component';
import { BASIS_2 } from './memory';
import { bits, blocksToPass, drop, refill, takeBits } from './reader';
import { found, searchAc, searchDc } from './search';
import { addDc, readSums } from './sums';

/** Where a plane has the coefficient at a place in zigzag order: 1 is across, 2 is down, 4 is both. */
function offsetOf(place: i32): usize {
  return place === 4 ? 6 : (<usize>place) << 1;
}

function isKept(place: i32): bool {
  return place === 1 || place === 2 || place === 4;
}

/** The DC coefficient of a block. */
function readDc(part: usize, to: usize): void {
  refill();
  const entry = load<i32>(address(part, DC_TABLE) + ((<usize>(bits >>> 52)) << 2));
  let value = entry >> 16;
  if (isReady(entry)) drop(entry & 63);
  else value = searchDc(part);
  value += field(part, LAST);
  store<i32>(part + LAST, value);
  if (hasSums(part)) addDc(part, to, <i16>value);
  else store<i16>(to, <i16>value);
}

/** The coefficients of a block of a sequential scan. */
export function readBlock(part: usize, to: usize): void {
  readDc(part, to);
  readBand(part, to, 1, LAST_PLACE, 0);
}

/**
 * The coefficients `first` to `last` of a block, without their `low` last bits, those that are kept. Answers how many blocks behind this one
 * have none (sequential scans do not use it).
 */
export function readBand(part: usize, to: usize, first: i32, last: i32, low: i32): i32 {
  const table = address(part, AC_TABLE);
  if (hasSums(part)) return readSums(part, to, first, last, low);
  const keeps = field(part, BLOCK_BYTES) > 2;
  let place = first - 1;
  while (place < last) {
    refill();
    const entry = load<i32>(table + ((<usize>(bits >>> 52)) << 2));
    let value = entry >> 16;
    if ((entry & 63) === 0) {
      const advance = searchAc(part);
      if (advance >= END_OF_BLOCK) return blocksToPass(advance - END_OF_BLOCK);
      place += advance;
      value = found;
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

/** Makes the means of `blocks` blocks in a row of their coefficients: one sample a block, or two rows of two. */
export function meansOf(part: usize, from: usize, to: usize, stride: usize, blocks: i32): void {
  const steps = address(part, STEPS);
  const step: i32 = load<u16>(steps);
  if (field(part, BLOCK_BYTES) === 2) {
    levelsOf(from, to, step, blocks);
    return;
  }
  const across = v128.load64_zero(BASIS_2 + 8);
  const down = v128.load64_zero(BASIS_2 + 16);
  const both = v128.load64_zero(BASIS_2 + 32);
  for (let i = 0; i < blocks; i++, from += 8, to += 2) {
    if (load<u64>(from) >>> 16 === 0) {
      const sum = <i32>(<i16>(<i32>load<i16>(from) * step * 2 + 2048 + 8));
      const level = min(max(sum >> 4, 0), 255) * 257;
      store<u16>(to, <u16>level);
      store<u16>(to + stride, <u16>level);
      continue;
    }
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

/** The samples of `blocks` DC coefficients; up to seven more are written. */
function levelsOf(from: usize, to: usize, step: i32, blocks: i32): void {
  const half = i32x4.splat(4 + 128 * 8);
  const by = i32x4.splat(step);
  for (let i = 0; i < blocks; i += 8, from += 16) {
    const low = i32x4.mul(v128.load16x4_s(from), by);
    const high = i32x4.mul(v128.load16x4_s(from + 8), by);
    const levels = i16x8.narrow_i32x4_s(
      i32x4.shr_s(i32x4.add(low, half), 3),
      i32x4.shr_s(i32x4.add(high, half), 3),
    );
    v128.store64_lane(to + i, i8x16.narrow_i16x8_u(levels, levels), 0);
  }
}

/** A coefficient times its step in units of 1/16, in all lanes. */
function weighted(value: usize, step: usize): v128 {
  return i16x8.splat(<i16>((<i32>load<i16>(value) * <i32>load<u16>(step)) << 4));
}
