// Decodes blocks to means of their pixels: 1, 4, 16 or 64 samples. Each coefficient is added to the samples as soon as it is decoded, so
// none is stored, and the time follows their number. The samples of libjpeg's reduced transforms are such means too.
import { END_OF_BLOCK, extended, isReady, skipsOf, VALUE_FOLLOWS } from './codes';
import { AC_SLOT, AC_TABLE, address, DC_SLOT, DC_TABLE, field, LAST, STEPS } from './component';
import { BASIS_2, BASIS_4, BASIS_8 } from './memory';
import { bits, count, drop, next, refill, searchSymbol, setBits, takeBits } from './reader';

/** The place of the last coefficient. */
const LAST_PLACE: i32 = 63;

/** Whether a block ends well at this place: with its last coefficient, or by an end of block before it. */
function isEnd(place: i32): bool {
  return place === LAST_PLACE || <u32>(place - END_OF_BLOCK) < <u32>LAST_PLACE;
}

/**
 * `blocks` blocks in a row as one sample each: their means. AC coefficients are passed over, several at a look-up. The state of the reader
 * lies in local variables meanwhile.
 */
export function decode1(part: usize, to: usize, blocks: i32): void {
  const dcTable = address(part, DC_TABLE);
  const skips = skipsOf(field(part, AC_SLOT));
  const step: i32 = load<u16>(address(part, STEPS));
  let last = field(part, LAST);
  let b = bits;
  let n = count;
  let p = next;
  for (let block = 0; block < blocks; block++) {
    b |= load<u64>(p - 8) >>> <u64>n;
    p -= (63 - n) >>> 3;
    n |= 56;
    let entry: i32 = load<i32>(dcTable + ((<usize>(b >>> 52)) << 2));
    let value = entry >> 16;
    if (isReady(entry)) {
      b <<= <u64>entry;
      n -= entry & 63;
    } else {
      setBits(b, n, p);
      value = searchDc(part);
      refill();
      b = bits;
      n = count;
      p = next;
    }
    // libjpeg keeps coefficients in 16 bits.
    last = ((last + value) << 16) >> 16;
    store<u8>(to + block, <u8>min(max(((last * step + 4) >> 3) + 128, 0), 255));
    let place: i32 = 0;
    // Each round begins with enough valid bits for two entries, and each entry leaves enough for the next two after a refill.
    for (;;) {
      entry = load<u16>(skips + ((<usize>(b >>> 52)) << 1));
      let after = place + (entry >>> 6);
      if (after < LAST_PLACE) {
        b <<= <u64>entry;
        n -= entry & 63;
        place = after;
        entry = load<u16>(skips + ((<usize>(b >>> 52)) << 1));
        after = place + (entry >>> 6);
        if (after < LAST_PLACE) {
          b <<= <u64>entry;
          n -= entry & 63;
          place = after;
          b |= load<u64>(p - 8) >>> <u64>n;
          p -= (63 - n) >>> 3;
          n |= 56;
          entry = load<u16>(skips + ((<usize>(b >>> 52)) << 1));
          after = place + (entry >>> 6);
          if (after < LAST_PLACE) {
            b <<= <u64>entry;
            n -= entry & 63;
            place = after;
            continue;
          }
        }
      }
      if (isEnd(after)) {
        b <<= <u64>entry;
        n -= entry & 63;
        break;
      }
      // A code that the table lacks, or several of which not all belong to this block: one by itself.
      setBits(b, n, p);
      place = searchSkip(part, place);
      refill();
      b = bits;
      n = count;
      p = next;
      if (place >= LAST_PLACE) break;
    }
  }
  store<i32>(part + LAST, last);
  setBits(b, n, p);
}

/** The difference of the next DC coefficient, by search. */
function searchDc(part: usize): i32 {
  const size = searchSymbol(field(part, DC_SLOT));
  return size > 0 ? extended(takeBits(size), size) : 0;
}

/** Passes over one AC coefficient behind `place` by search. Answers its place, or `END_OF_BLOCK`; libjpeg ends a block whose last run goes on beyond it. */
function searchSkip(part: usize, place: i32): i32 {
  const symbol = searchSymbol(field(part, AC_SLOT));
  const size = symbol & 15;
  const run = symbol >> 4;
  if (size === 0 && run < 15) return END_OF_BLOCK;
  drop(size);
  return place + run + 1;
}

/** Value of the coefficient that `searchAc` has read. */
let searched: i32 = 0;

/** Reads one AC coefficient behind `place` whose code or value the table lacks. Answers its place, `END_OF_BLOCK` or more if there is none. */
function searchAc(part: usize, entry: i32, place: i32): i32 {
  searched = 0;
  if (entry & VALUE_FOLLOWS) {
    drop(entry & 63);
    const size = entry >> 16;
    searched = extended(takeBits(size), size);
    return place + ((entry >>> 6) & 255);
  }
  const symbol = searchSymbol(field(part, AC_SLOT));
  const size = symbol & 15;
  const run = symbol >> 4;
  if (size === 0 && run < 15) return END_OF_BLOCK;
  if (size > 0) searched = extended(takeBits(size), size);
  return place + run + 1;
}

/** A coefficient times its step in units of 1/16, in all lanes. */
function weighted(value: i32, steps: usize, place: i32): v128 {
  return i16x8.splat(<i16>((value * <i32>load<u16>(steps + ((<usize>place) << 1))) << 4));
}

/** What all samples of a block begin with, in units of 1/16: the mean, 128 and a rounding half. */
function beginning(dc: i32, steps: usize): v128 {
  return i16x8.splat(<i16>(dc * <i32>load<u16>(steps) * 2 + 2048 + 8));
}

function addMean(sum: v128, value: v128, basis: usize): v128 {
  return i16x8.add(sum, i16x8.q15mulr_sat_s(value, v128.load(basis)));
}

/** A block as 2×2, 4×4 or 8×8 samples, `stride` bytes from row to row. */
export function decodeMeans(part: usize, to: usize, stride: usize, samples: i32): void {
  if (samples === 2) meansOfBlock<u16>(part, to, stride);
  else if (samples === 4) meansOfBlock<u32>(part, to, stride);
  else meansOfBlock<u64>(part, to, stride);
}

/** The same, compiled for each size of a row of samples: 2, 4 or 8 bytes. */
function meansOfBlock<Row>(part: usize, to: usize, stride: usize): void {
  const steps = address(part, STEPS);
  const table = address(part, AC_TABLE);
  let b = bits;
  let n = count;
  let p = next;
  b |= load<u64>(p - 8) >>> <u64>n;
  p -= (63 - n) >>> 3;
  n |= 56;
  let entry: i32 = load<i32>(address(part, DC_TABLE) + ((<usize>(b >>> 52)) << 2));
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
  const dc = ((field(part, LAST) + value) << 16) >> 16;
  store<i32>(part + LAST, dc);
  let row0 = beginning(dc, steps);
  let row1 = row0;
  let row2 = row0;
  let row3 = row0;
  let row4 = row0;
  let row5 = row0;
  let row6 = row0;
  let row7 = row0;
  let place: i32 = 0;
  // An entry with its value takes at most 12 bits, so that there are enough for four after a refill; one was for DC.
  let left: i32 = isReady(entry) ? 3 : 0;
  while (place < LAST_PLACE) {
    if (left === 0) {
      b |= load<u64>(p - 8) >>> <u64>n;
      p -= (63 - n) >>> 3;
      n |= 56;
      left = 4;
    }
    left--;
    entry = load<i32>(table + ((<usize>(b >>> 52)) << 2));
    if (isReady(entry)) {
      b <<= <u64>entry;
      n -= entry & 63;
      place += (entry >>> 6) & 255;
      value = entry >> 16;
    } else {
      setBits(b, n, p);
      place = searchAc(part, entry, place);
      value = searched;
      b = bits;
      n = count;
      p = next;
      left = 0;
    }
    if (place > LAST_PLACE) break;
    const by = weighted(value, steps, place);
    if (sizeof<Row>() === 2) {
      const basis = v128.load64_zero(BASIS_2 + ((<usize>place) << 3));
      row0 = i16x8.add(row0, i16x8.q15mulr_sat_s(by, basis));
    } else if (sizeof<Row>() === 4) {
      const basis = BASIS_4 + ((<usize>place) << 5);
      row0 = addMean(row0, by, basis);
      row1 = addMean(row1, by, basis + 16);
    } else {
      const basis = BASIS_8 + ((<usize>place) << 7);
      row0 = addMean(row0, by, basis);
      row1 = addMean(row1, by, basis + 16);
      row2 = addMean(row2, by, basis + 32);
      row3 = addMean(row3, by, basis + 48);
      row4 = addMean(row4, by, basis + 64);
      row5 = addMean(row5, by, basis + 80);
      row6 = addMean(row6, by, basis + 96);
      row7 = addMean(row7, by, basis + 112);
    }
  }
  setBits(b, n, p);
  const bytes = i8x16.narrow_i16x8_u(i16x8.shr_s(row0, 4), i16x8.shr_s(row1, 4));
  if (sizeof<Row>() === 2) {
    v128.store16_lane(to, bytes, 0);
    v128.store16_lane(to + stride, bytes, 1);
  } else if (sizeof<Row>() === 4) {
    v128.store32_lane(to, bytes, 0);
    v128.store32_lane(to + stride, bytes, 1);
    v128.store32_lane(to + 2 * stride, bytes, 2);
    v128.store32_lane(to + 3 * stride, bytes, 3);
  } else {
    v128.store64_lane(to, bytes, 0);
    v128.store64_lane(to + stride, bytes, 1);
    storeTwo(to + 2 * stride, stride, row2, row3);
    storeTwo(to + 4 * stride, stride, row4, row5);
    storeTwo(to + 6 * stride, stride, row6, row7);
  }
}

/** Two rows of eight samples from values in units of 1/16. */
export function storeTwo(to: usize, stride: usize, first: v128, second: v128): void {
  const samples = i8x16.narrow_i16x8_u(i16x8.shr_s(first, 4), i16x8.shr_s(second, 4));
  v128.store64_lane(to, samples, 0);
  v128.store64_lane(to + stride, samples, 1);
}
