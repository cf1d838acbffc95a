// Decodes blocks to one sample each: the means of their pixels, which are those of libjpeg's reduced transform too.
import { END_OF_BLOCK, isEnd, isReady, LAST_PLACE } from './codes';
import {
  AC_SLOT,
  ACROSS,
  address,
  DC_TABLE,
  DOWN,
  field,
  LAST,
  SAMPLES_TABLE,
  STEPS,
  STRIDE,
  TO,
} from './component';
import { bits, count, drop, next, refill, searchSymbol, setBits } from './reader';
import { searchDc } from './search';

/**
 * The blocks of a unit. AC coefficients are passed over, several at a look-up. The state of the reader lies in local variables meanwhile.
 */
export function decode1(part: usize): void {
  const dcTable = address(part, DC_TABLE);
  const skips = address(part, SAMPLES_TABLE);
  const step: i32 = load<u16>(address(part, STEPS));
  const across = field(part, ACROSS);
  const stride = address(part, STRIDE);
  let last = field(part, LAST);
  let to = address(part, TO);
  store<usize>(part + TO, to + across);
  let left = across;
  let rows = field(part, DOWN);
  let b = bits;
  let n = count;
  let p = next;
  while (rows > 0) {
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
    store<u8>(to, <u8>min(max(((last * step + 4) >> 3) + 128, 0), 255));
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
    to++;
    if (--left === 0) {
      left = across;
      to += stride - across;
      rows--;
    }
  }
  store<i32>(part + LAST, last);
  setBits(b, n, p);
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
