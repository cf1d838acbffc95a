// Decodes blocks to 2×2, 4×4 or 8×8 means of their pixels. Coefficients are added to the samples as soon as they are decoded, two at a
// look-up, so none is stored, and the time follows their number. The samples of libjpeg's reduced transforms are such means too.
import { extended, isEnd, isReady, LAST_PLACE, PAIR_BITS, PAIR_VALUE_FOLLOWS } from './codes';
import {
  ACROSS,
  address,
  DC_TABLE,
  DOWN,
  field,
  LAST,
  SAMPLES,
  SAMPLES_TABLE,
  STEPS,
  STRIDE,
  TO,
  WEIGHTS,
} from './component';
import {
  addMean,
  firstOf,
  levels,
  secondOf,
  storeTwo,
  upperHalf,
  weighted,
  weightedTwo,
} from './lanes';
import { BASIS_2, BASIS_4, BASIS_8 } from './memory';
import { bits, count, next, refill, setBits } from './reader';
import { found, searchAc, searchDc } from './search';

/** Look-ups that 56 bits are enough for: a DC coefficient takes at most 12 of them if its entry is ready, a pair `PAIR_BITS`. */
const LOOK_UPS: i32 = 5;
/** The same after a value that the table lacks: its code is inside the index, and it has at most 15 bits. */
const LOOK_UPS_AFTER_VALUE: i32 = 2;

/**
 * Makes the table of what a component's AC coefficients are multiplied by, by place in zigzag order: steps in units of 1/16, 16 bits each. For 2×2
 * samples an entry has four numbers of the basis, then the step four times.
 */
export function setWeights(part: usize): void {
  const steps = address(part, STEPS);
  let at = address(part, WEIGHTS);
  for (let place: usize = 0; place <= <usize>LAST_PLACE; place++) {
    const step = <i16>((<i32>load<u16>(steps + (place << 1))) << 4);
    if (field(part, SAMPLES) === 2) {
      const basis = v128.load64_zero(BASIS_2 + (place << 3));
      v128.store(
        at,
        i8x16.shuffle(
          basis,
          i16x8.splat(step),
          0,
          1,
          2,
          3,
          4,
          5,
          6,
          7,
          16,
          17,
          18,
          19,
          20,
          21,
          22,
          23,
        ),
      );
      at += 16;
    } else {
      store<i16>(at, step);
      at += 2;
    }
  }
}

/** What all samples of a block begin with, in units of 1/16: the mean, 128 and a rounding half. */
function beginning(dc: i32, steps: usize): v128 {
  return i16x8.splat(<i16>(dc * <i32>load<u16>(steps) * 2 + 2048 + 8));
}

/** The blocks of a unit as 2×2, 4×4 or 8×8 samples each. */
export function decodeMeans(part: usize): void {
  const samples = field(part, SAMPLES);
  if (samples === 2) meansOfBlocks<u16>(part);
  else if (samples === 4) meansOfBlocks<u32>(part);
  else meansOfBlocks<u64>(part);
}

/** The same, compiled for each size of a row of samples: 2, 4 or 8 bytes. The state of the reader lies in local variables meanwhile. */
function meansOfBlocks<Row>(part: usize): void {
  const steps = address(part, STEPS);
  const weights = address(part, WEIGHTS);
  const dcTable = address(part, DC_TABLE);
  const pairs = address(part, SAMPLES_TABLE);
  const across = field(part, ACROSS);
  const stride = address(part, STRIDE);
  let last = field(part, LAST);
  let to = address(part, TO);
  store<usize>(part + TO, to + across * sizeof<Row>());
  let blocks = across;
  let rows = field(part, DOWN);
  let b = bits;
  let n = count;
  let p = next;
  while (rows > 0) {
    b |= load<u64>(p - 8) >>> <u64>n;
    p -= (63 - n) >>> 3;
    n |= 56;
    const dc: i32 = load<i32>(dcTable + ((<usize>(b >>> 52)) << 2));
    let value = dc >> 16;
    if (isReady(dc)) {
      b <<= <u64>dc;
      n -= dc & 63;
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
    let row0 = beginning(last, steps);
    let row1 = row0;
    let row2 = row0;
    let row3 = row0;
    let row4 = row0;
    let row5 = row0;
    let row6 = row0;
    let row7 = row0;
    // The second coefficients have sums of their own: of 2×2 samples the upper half, of 4×4 two more rows.
    if (sizeof<Row>() === 2) row0 = i64x2.replace_lane(row0, 1, 0);
    if (sizeof<Row>() === 4) row2 = row3 = i16x8.splat(0);
    let place: i32 = 0;
    let left = LOOK_UPS - 1;
    do {
      if (left === 0) {
        b |= load<u64>(p - 8) >>> <u64>n;
        p -= (63 - n) >>> 3;
        n |= 56;
        left = LOOK_UPS;
      }
      left--;
      let pair = load<u64>(pairs + ((<usize>(b >>> (64 - PAIR_BITS))) << 3));
      const entry = <i32>pair;
      // An end of block sets `place` beyond all coefficients, where the second value, 0, may be multiplied by anything.
      const before = place;
      let first = place + ((entry >>> 16) & 255);
      place += (entry >>> 6) & 255;
      if (place < LAST_PLACE || isEnd(place)) {
        b <<= pair;
        n -= entry & 63;
      } else {
        // One by itself: the table lacks its value or its code, or not both coefficients belong to this block.
        b |= load<u64>(p - 8) >>> <u64>n;
        p -= (63 - n) >>> 3;
        n |= 56;
        left = LOOK_UPS_AFTER_VALUE;
        if (entry & PAIR_VALUE_FOLLOWS) {
          const size = <i32>(pair >>> 32);
          b <<= pair;
          value = extended(<i32>(b >>> <u64>(64 - size)), size);
          b <<= <u64>size;
          n -= (entry & 63) + size;
        } else {
          setBits(b, n, p);
          first = before + searchAc(part);
          value = found;
          refill();
          b = bits;
          n = count;
          p = next;
        }
        place = first;
        if (place > LAST_PLACE) break;
        pair = (<u64>(value & 0xffff)) << 32;
      }
      const values = i64x2.splat(pair);
      if (sizeof<Row>() === 2) {
        const one = v128.load(weights + ((<usize>first) << 4));
        const two = v128.load(weights + ((<usize>place) << 4));
        row0 = i16x8.add(row0, weightedTwo(values, one, two));
      } else {
        const one = weighted(firstOf(values), weights, first);
        const two = weighted(secondOf(values), weights, place);
        if (sizeof<Row>() === 4) {
          const basis1 = BASIS_4 + ((<usize>first) << 5);
          const basis2 = BASIS_4 + ((<usize>place) << 5);
          row0 = addMean(row0, one, basis1);
          row1 = addMean(row1, one, basis1 + 16);
          row2 = addMean(row2, two, basis2);
          row3 = addMean(row3, two, basis2 + 16);
        } else {
          const basis1 = BASIS_8 + ((<usize>first) << 7);
          const basis2 = BASIS_8 + ((<usize>place) << 7);
          row0 = addMean(addMean(row0, one, basis1), two, basis2);
          row1 = addMean(addMean(row1, one, basis1 + 16), two, basis2 + 16);
          row2 = addMean(addMean(row2, one, basis1 + 32), two, basis2 + 32);
          row3 = addMean(addMean(row3, one, basis1 + 48), two, basis2 + 48);
          row4 = addMean(addMean(row4, one, basis1 + 64), two, basis2 + 64);
          row5 = addMean(addMean(row5, one, basis1 + 80), two, basis2 + 80);
          row6 = addMean(addMean(row6, one, basis1 + 96), two, basis2 + 96);
          row7 = addMean(addMean(row7, one, basis1 + 112), two, basis2 + 112);
        }
      }
    } while (place < LAST_PLACE);
    if (sizeof<Row>() === 2) {
      const sums = i16x8.add(row0, upperHalf(row0));
      const samples = levels(sums, sums);
      v128.store16_lane(to, samples, 0);
      v128.store16_lane(to + stride, samples, 1);
    } else if (sizeof<Row>() === 4) {
      const samples = levels(i16x8.add(row0, row2), i16x8.add(row1, row3));
      v128.store32_lane(to, samples, 0);
      v128.store32_lane(to + stride, samples, 1);
      v128.store32_lane(to + 2 * stride, samples, 2);
      v128.store32_lane(to + 3 * stride, samples, 3);
    } else {
      storeTwo(to, stride, row0, row1);
      storeTwo(to + 2 * stride, stride, row2, row3);
      storeTwo(to + 4 * stride, stride, row4, row5);
      storeTwo(to + 6 * stride, stride, row6, row7);
    }
    to += sizeof<Row>();
    if (--blocks === 0) {
      blocks = across;
      to += sizeof<Row>() * (stride - across);
      rows--;
    }
  }
  store<i32>(part + LAST, last);
  setBits(b, n, p);
}
