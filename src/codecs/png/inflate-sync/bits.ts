// Reads numbers and Huffman codes from the bits of a deflate stream that comes in pieces.
import { type Code, corrupt, MAX_CODE_BITS, QUICK_BITS } from './codes.ts';

export type BitReader = {
  /** The next `n` bits, 0…16, as a number whose lowest bit comes first. */
  take(n: number): number;
  /** The symbol of the next code. */
  symbol(code: Code): number;
  /** Leaves out the rest of a byte of which some bits were read. */
  skipToByte(): void;
};

/** All throw `undecodable` at the end of the stream, and `symbol` for bits that are no code. `next` is as for `inflateParts`. */
export function bitReader(next: () => Uint8Array | undefined): BitReader {
  let piece: Uint8Array | undefined = new Uint8Array(0);
  let at = 0;
  let held = 0;
  let count = 0;
  /** Holds at least `n` bits, 0…24, or all that are left. */
  const hold = (n: number): void => {
    while (count < n) {
      if (at === piece?.length) {
        piece = next();
        at = 0;
      }
      if (!piece) return;
      held |= piece[at++]! << count;
      count += 8;
    }
  };
  const drop = (n: number): void => {
    if (n > count) throw corrupt();
    held >>>= n;
    count -= n;
  };
  return {
    take(n) {
      hold(n);
      const value = held & ((1 << n) - 1);
      drop(n);
      return value;
    },
    symbol({ counts, symbols, quick }) {
      hold(QUICK_BITS);
      const known = quick[held & ((1 << QUICK_BITS) - 1)]!;
      if (known > 0) {
        drop(known & 15);
        return known >> 4;
      }
      hold(MAX_CODE_BITS);
      // Codes of one length are consecutive numbers; the first is twice the number after the last code that is one bit shorter.
      let code = 0;
      let first = 0;
      let index = 0;
      for (let bits = 1; bits <= MAX_CODE_BITS; bits++) {
        code |= (held >>> (bits - 1)) & 1;
        const many = counts[bits]!;
        if (code - first < many) {
          drop(bits);
          return symbols[index + code - first]!;
        }
        index += many;
        first = (first + many) << 1;
        code <<= 1;
      }
      throw corrupt();
    },
    skipToByte: () => drop(count & 7),
  };
}
