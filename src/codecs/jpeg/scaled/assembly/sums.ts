// Sums of the samples of a block, for files in several scans: each coefficient, and each bit that a later scan adds to one, is added to the
// samples at once, so that no coefficient is stored. Of those behind DC a block keeps only which are not zero, and their signs, because later scans
// depend on them.
import { END_OF_BLOCK, INDEX_BITS, isReady, LAST_PLACE } from './codes';
import {
  AC_TABLE,
  address,
  BLOCK_BYTES,
  component,
  field,
  PLANE,
  SAMPLES,
  STEPS,
  STRIDE,
} from './component';
import { storeTwo } from './lanes';
import { BASIS_2, BASIS_4, BASIS_8 } from './memory';
import { bits, blocksToPass, count, next, setBits } from './reader';
import { found, searchAc } from './search';

/** What a block has in front of its sums: a bit for each coefficient that is not zero, and for each that is negative. */
const NONZERO: usize = 0;
const NEGATIVE: usize = 8;
const SUMS: usize = 16;
/** 128 and a rounding half, in units of 1/16. */
const MIDDLE: i16 = 2056;

/** Adds to all samples what the DC coefficient adds to each. */
export function addDc(part: usize, block: usize, value: i32): void {
  const by = i16x8.splat(<i16>(value * <i32>load<u16>(address(part, STEPS)) * 2));
  const end = block + <usize>field(part, BLOCK_BYTES);
  // Blocks of four samples have eight bytes of sums, larger ones whole vectors.
  if (field(part, SAMPLES) === 2) {
    const sums = v128.load64_zero(block + SUMS);
    v128.store64_lane(block + SUMS, i16x8.add(sums, by), 0);
    return;
  }
  for (let at = block + SUMS; at < end; at += 16) v128.store(at, i16x8.add(v128.load(at), by));
}

/** A row of vectors of 1/16 levels that a step of `by` at a place adds to the samples from `at` on. */
function addTo(at: usize, by: v128, basis: usize): void {
  v128.store(at, i16x8.add(v128.load(at), i16x8.q15mulr_sat_s(by, v128.load(basis))));
}

/** Adds `value`, a part of the AC coefficient at a place in zigzag order times its step, to each sample; `Row` is as wide as a row of them. */
// @inline
function addAc<Row>(block: usize, place: i32, value: i32): void {
  const by = i16x8.splat(<i16>(value << 4));
  const sums = block + SUMS;
  if (sizeof<Row>() === 2) {
    const basis = v128.load64_zero(BASIS_2 + ((<usize>place) << 3));
    const sum = i16x8.add(v128.load64_zero(sums), i16x8.q15mulr_sat_s(by, basis));
    v128.store64_lane(sums, sum, 0);
    return;
  }
  if (sizeof<Row>() === 4) {
    const basis = BASIS_4 + ((<usize>place) << 5);
    addTo(sums, by, basis);
    addTo(sums + 16, by, basis + 16);
    return;
  }
  const basis = BASIS_8 + ((<usize>place) << 7);
  for (let at: usize = 0; at < 128; at += 16) addTo(sums + at, by, basis + at);
}

/** The coefficients `first` to `last` of a block, without their `low` last bits. Answers how many blocks behind this one have none. */
export function readSums(part: usize, block: usize, first: i32, last: i32, low: i32): i32 {
  const samples = field(part, SAMPLES);
  if (samples === 2) return firstBits<u16>(part, block, first, last, low);
  if (samples === 4) return firstBits<u32>(part, block, first, last, low);
  return firstBits<u64>(part, block, first, last, low);
}

function firstBits<Row>(part: usize, block: usize, first: i32, last: i32, low: i32): i32 {
  const table = address(part, AC_TABLE);
  const steps = address(part, STEPS);
  let nonzero = load<u64>(block + NONZERO);
  let negative = load<u64>(block + NEGATIVE);
  let place = first - 1;
  let empty: i32 = 0;
  let b = bits;
  let n = count;
  let p = next;
  while (place < last) {
    if (n < INDEX_BITS) {
      b |= load<u64>(p - 8) >>> <u64>n;
      p -= (63 - n) >>> 3;
      n |= 56;
    }
    const entry = load<i32>(table + ((<usize>(b >>> 52)) << 2));
    let value = entry >> 16;
    let advance = (entry >>> 6) & 255;
    if (isReady(entry) && advance < END_OF_BLOCK) {
      b <<= <u64>entry;
      n -= entry & 63;
    } else {
      setBits(b, n, p);
      advance = searchAc(part);
      value = found;
      if (advance >= END_OF_BLOCK) empty = blocksToPass(advance - END_OF_BLOCK);
      b = bits;
      n = count;
      p = next;
      if (advance >= END_OF_BLOCK) break;
    }
    place += advance;
    if (value === 0 || place > LAST_PLACE) continue;
    const bit = (<u64>1) << (<u64>place);
    nonzero |= bit;
    if (value < 0) negative |= bit;
    addAc<Row>(block, place, (value << low) * <i32>load<u16>(steps + ((<usize>place) << 1)));
  }
  setBits(b, n, p);
  store<u64>(block + NONZERO, nonzero);
  store<u64>(block + NEGATIVE, negative);
  return empty;
}

/**
 * The next bit of the coefficients `first` to `last` of a block, and those that begin with it (ISO/IEC 10918-1, G.1.2.3). `empty` is how many
 * blocks from this one on have none of the latter. Answers that number for the next block.
 */
export function refineSums(
  part: usize,
  block: usize,
  first: i32,
  last: i32,
  low: i32,
  empty: i32,
): i32 {
  const samples = field(part, SAMPLES);
  if (samples === 2) return nextBits<u16>(part, block, first, last, low, empty);
  if (samples === 4) return nextBits<u32>(part, block, first, last, low, empty);
  return nextBits<u64>(part, block, first, last, low, empty);
}

function nextBits<Row>(
  part: usize,
  block: usize,
  first: i32,
  last: i32,
  low: i32,
  empty: i32,
): i32 {
  const table = address(part, AC_TABLE);
  const steps = address(part, STEPS);
  const band = (u64.MAX_VALUE << (<u64>first)) & (u64.MAX_VALUE >>> <u64>(63 - last));
  let nonzero = load<u64>(block + NONZERO);
  let negative = load<u64>(block + NEGATIVE);
  let ahead = band;
  let b = bits;
  let n = count;
  let p = next;
  while (ahead !== 0) {
    let value: i32 = 0;
    let known = ahead & nonzero;
    let begun: u64 = 0;
    if (empty === 0) {
      if (n < INDEX_BITS) {
        b |= load<u64>(p - 8) >>> <u64>n;
        p -= (63 - n) >>> 3;
        n |= 56;
      }
      const entry = load<i32>(table + ((<usize>(b >>> 52)) << 2));
      let advance = (entry >>> 6) & 255;
      value = entry >> 16;
      if (isReady(entry) && advance < END_OF_BLOCK) {
        b <<= <u64>entry;
        n -= entry & 63;
      } else {
        setBits(b, n, p);
        advance = searchAc(part);
        value = found;
        if (advance >= END_OF_BLOCK) empty = 1 + blocksToPass(advance - END_OF_BLOCK);
        b = bits;
        n = count;
        p = next;
      }
      if (empty === 0) {
        // The coefficient is behind so many zeros; those between that are not zero have their next bits here.
        let zeros = ahead & ~nonzero;
        for (; advance > 1; advance--) zeros &= zeros - 1;
        begun = zeros & (0 - zeros);
        if (begun !== 0) known &= begun - 1;
      }
    }
    for (let places = known; places !== 0; places &= places - 1) {
      if (n === 0) {
        b |= load<u64>(p - 8);
        p -= 7;
        n = 56;
      }
      const place = <i32>ctz(places);
      // The bit is as often 1 as 0, so that a jump would cost more than adding nothing.
      const bit = (<i32>(b >>> 63)) << low;
      const sign = 1 - 2 * <i32>((negative >>> <u64>place) & 1);
      b <<= 1;
      n--;
      addAc<Row>(block, place, bit * sign * <i32>load<u16>(steps + ((<usize>place) << 1)));
    }
    if (begun === 0) break;
    if (value !== 0) {
      nonzero |= begun;
      if (value < 0) negative |= begun;
      const place = <i32>ctz(begun);
      const step: i32 = load<u16>(steps + ((<usize>place) << 1));
      addAc<Row>(block, place, (value < 0 ? -step : step) << low);
    }
    ahead &= ~(begun | (begun - 1));
  }
  setBits(b, n, p);
  store<u64>(block + NONZERO, nonzero);
  store<u64>(block + NEGATIVE, negative);
  return empty > 0 ? empty - 1 : 0;
}

/** Makes the samples of a row of `blocks` blocks of their sums, `stride` bytes from row to row. */
export function samplesRow(index: i32, y: i32, to: usize, stride: usize, blocks: i32): void {
  const part = component(index);
  const samples = field(part, SAMPLES);
  const bytes = <usize>field(part, BLOCK_BYTES);
  const middle = i16x8.splat(MIDDLE);
  let from = address(part, PLANE) + <usize>y * address(part, STRIDE) + SUMS;
  for (let i = 0; i < blocks; i++, from += bytes, to += samples) {
    const row0 = i16x8.add(v128.load(from), middle);
    if (samples === 8) {
      for (let at: usize = 0; at < 8; at += 2) {
        const upper = i16x8.add(v128.load(from + 16 * at), middle);
        const lower = i16x8.add(v128.load(from + 16 * at + 16), middle);
        storeTwo(to + at * stride, stride, upper, lower);
      }
      continue;
    }
    const row1 = i16x8.add(v128.load(from + 16), middle);
    const levels = i8x16.narrow_i16x8_u(i16x8.shr_s(row0, 4), i16x8.shr_s(row1, 4));
    if (samples === 2) {
      v128.store16_lane(to, levels, 0);
      v128.store16_lane(to + stride, levels, 1);
      continue;
    }
    v128.store32_lane(to, levels, 0);
    v128.store32_lane(to + stride, levels, 1);
    v128.store32_lane(to + 2 * stride, levels, 2);
    v128.store32_lane(to + 3 * stride, levels, 3);
  }
}
