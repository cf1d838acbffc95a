// Packs the indices of a GIF frame (LZW with codes of variable length).

/** Most bits of a code, and the number of codes. */
const MAX_BITS = 12;
const MAX_CODES = 2 ** MAX_BITS;

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
  /** The code of a string by the code of all but its last index, and that index; 0 if there is none. */
  const codes = new Uint16Array(MAX_CODES << indexBits);
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
        const place = (current << indexBits) | index;
        const known = codes[place]!;
        if (known !== 0) {
          current = known;
          continue;
        }
        out.bits(current, codeBits);
        if (next < MAX_CODES) {
          if (next === 1 << codeBits) codeBits++;
          codes[place] = next++;
        } else {
          out.bits(clear, codeBits);
          codes.fill(0);
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
