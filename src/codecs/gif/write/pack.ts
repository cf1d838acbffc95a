// Packs the indices of a GIF frame (LZW with codes of variable length).

/** Most bits of a code, and the number of codes. */
const MAX_BITS = 12;
const MAX_CODES = 2 ** MAX_BITS;
/** Bits of a place in the table of strings, which is twice as long as the number of codes. */
const TABLE_BITS = MAX_BITS + 1;
/** Spreads strings over the table (Knuth's multiplicative hashing). */
const SPREAD = 0x9e3779b1;

export type Packer = {
  /** Packs the next indices. */
  add: (indices: Uint8Array) => void;
  /** The size of an index in bits, and the sub-blocks with the packed data, as they stand in a file. */
  end: () => Uint8Array;
};

/** A packer for indices of so many bits, 2…8. */
export function createPacker(indexBits: number): Packer {
  const clear = 1 << indexBits;
  const endOfData = clear + 1;
  /** A hash table of the known strings: the code of all but the last index, that index, and in the lowest bits the string's own code; 0 is free. */
  const strings = new Uint32Array(2 ** TABLE_BITS);
  const out = createBlocks();
  let codeBits = indexBits + 1;
  let next = clear + 2;
  let current = -1;
  out.bits(clear, codeBits);
  return {
    add(indices) {
      for (const index of indices) {
        if (current < 0) {
          current = index;
          continue;
        }
        const string = (current << 8) | index;
        let place = Math.imul(string, SPREAD) >>> (32 - TABLE_BITS);
        let known = strings[place]!;
        while (known !== 0 && known >>> MAX_BITS !== string) {
          place = (place + 1) & (strings.length - 1);
          known = strings[place]!;
        }
        if (known !== 0) {
          current = known & (MAX_CODES - 1);
          continue;
        }
        out.bits(current, codeBits);
        if (next < MAX_CODES) {
          if (next === 1 << codeBits) codeBits++;
          strings[place] = ((string << MAX_BITS) | next++) >>> 0;
        } else {
          out.bits(clear, codeBits);
          strings.fill(0);
          codeBits = indexBits + 1;
          next = clear + 2;
        }
        current = index;
      }
    },
    end() {
      if (current >= 0) out.bits(current, codeBits);
      // The reader adds a string for the last code too, and may read the end with one more bit.
      if (next === 1 << codeBits && codeBits < MAX_BITS) codeBits++;
      out.bits(endOfData, codeBits);
      return out.end(indexBits);
    },
  };
}

const MAX_BLOCK = 255;

/** Collects bits, the lowest first, into sub-blocks. */
function createBlocks() {
  let bytes = new Uint8Array(4096);
  // The first byte is for the size of an index, the second for the length of the first block.
  let at = 2;
  let blockStart = 1;
  let held = 0;
  let count = 0;
  const push = (byte: number): void => {
    if (at + 2 >= bytes.length) {
      const larger = new Uint8Array(2 * bytes.length);
      larger.set(bytes);
      bytes = larger;
    }
    bytes[at++] = byte;
    if (at - blockStart - 1 < MAX_BLOCK) return;
    bytes[blockStart] = MAX_BLOCK;
    blockStart = at++;
  };
  return {
    bits(value: number, length: number) {
      held |= value << count;
      count += length;
      while (count >= 8) {
        push(held & 255);
        held >>>= 8;
        count -= 8;
      }
    },
    end(indexBits: number): Uint8Array {
      if (count > 0) push(held & 255);
      bytes[0] = indexBits;
      const last = at - blockStart - 1;
      bytes[blockStart] = last;
      // An empty block ends the data.
      if (last > 0) bytes[at++] = 0;
      return bytes.slice(0, at);
    },
  };
}
