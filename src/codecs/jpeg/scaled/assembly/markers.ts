// Searches for markers in bytes of a file.
import { INPUT } from './memory';

/** Whether 0xff and this byte are a marker other than a restart. 0 is stuffing, 0xff is fill (ISO/IEC 10918-1, B.1.1.2). */
function isMarker(code: i32): bool {
  return code > 1 && code !== 0xff && (code < 0xd0 || code > 0xd7);
}

/** Index of the first marker in the `length` bytes of the input, restarts left out; -1 if there is none. */
export function findMarker(length: i32): i32 {
  const filled = i8x16.splat(-1);
  for (let at: i32 = 0; at < length - 1; at += 16) {
    let mask = i8x16.bitmask(i8x16.eq(v128.load(INPUT + at), filled));
    for (; mask !== 0; mask &= mask - 1) {
      const place = at + ctz(mask);
      if (place >= length - 1) return -1;
      if (isMarker(load<u8>(INPUT + place + 1))) return place;
    }
  }
  return -1;
}
