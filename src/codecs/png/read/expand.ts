// Turns the samples of a PNG row into RGBA pixels, for every colour type and depth.
import type { PngParts } from './check.ts';

/** Writes the first `words.length` pixels of a row as RGBA in little-endian words; all platforms of this project are little-endian. */
export type Expand = (row: Uint8Array, words: Uint32Array) => void;

const OPAQUE = 0xff000000;

/** The nearest 8-bit value of one of 16 bits: v / 257, rounded. */
const eightOf = (high: number, low: number): number => (((high << 8) | low) * 255 + 32_895) >>> 16;

const wordOf = (red: number, green: number, blue: number, alpha: number): number =>
  (red | (green << 8) | (blue << 16) | (alpha << 24)) >>> 0;

/** Returns the function that expands the rows of a file; an index outside of the palette is opaque black. */
export function createExpand({ header, palette, transparency }: PngParts): Expand {
  const { bitDepth, colorType } = header;
  const wide = bitDepth === 16;
  if (colorType === 3) return indexed(bitDepth, paletteWords(palette!, transparency));
  if (colorType === 4) return wide ? expandGreyAlpha16 : expandGreyAlpha8;
  if (colorType === 6) return wide ? expandColourAlpha16 : expandColourAlpha8;
  // The transparent colour is stored in 16 bits, of which only the lowest `bitDepth` count.
  const key = Array.from({ length: (transparency?.length ?? 0) / 2 }, (_, i) => {
    const value = (transparency![2 * i]! << 8) | transparency![2 * i + 1]!;
    return value & (2 ** bitDepth - 1);
  });
  if (colorType === 2) return wide ? colour16(key) : colour8(key);
  return wide ? grey16(key[0]) : indexed(bitDepth, greyWords(bitDepth, key[0]));
}

function greyWords(bitDepth: number, key: number | undefined): Uint32Array {
  const most = 2 ** bitDepth - 1;
  return Uint32Array.from({ length: most + 1 }, (_, value) => {
    const grey = (255 / most) * value;
    return wordOf(grey, grey, grey, value === key ? 0 : 255);
  });
}

function paletteWords(palette: Uint8Array, alphas: Uint8Array | undefined): Uint32Array {
  return Uint32Array.from({ length: palette.length / 3 }, (_, i) =>
    wordOf(palette[3 * i]!, palette[3 * i + 1]!, palette[3 * i + 2]!, alphas?.[i] ?? 255),
  );
}

/** Expands samples of up to 8 bits that are indices into `entries`. */
function indexed(bitDepth: number, entries: Uint32Array): Expand {
  const table = new Uint32Array(256).fill(OPAQUE);
  table.set(entries.subarray(0, 256));
  if (bitDepth === 8) {
    return (row, words) => {
      for (let x = 0; x < words.length; x++) words[x] = table[row[x]!]!;
    };
  }
  const mask = 2 ** bitDepth - 1;
  return (row, words) => {
    for (let x = 0, byte = 0; x < words.length; byte++) {
      const samples = row[byte]!;
      for (let shift = 8 - bitDepth; shift >= 0 && x < words.length; shift -= bitDepth) {
        words[x++] = table[(samples >> shift) & mask]!;
      }
    }
  };
}

function grey16(key: number | undefined): Expand {
  return (row, words) => {
    for (let x = 0, i = 0; x < words.length; x++, i += 2) {
      const high = row[i]!;
      const low = row[i + 1]!;
      words[x] = (eightOf(high, low) * 0x010101) | (((high << 8) | low) === key ? 0 : OPAQUE);
    }
  };
}

function colour8(key: readonly number[]): Expand {
  const [red = -1, green = 0, blue = 0] = key;
  const keyWord = red < 0 ? -1 : red | (green << 8) | (blue << 16);
  return (row, words) => {
    for (let x = 0, i = 0; x < words.length; x++, i += 3) {
      const colour = row[i]! | (row[i + 1]! << 8) | (row[i + 2]! << 16);
      words[x] = colour === keyWord ? colour : colour | OPAQUE;
    }
  };
}

function colour16([red = -1, green, blue]: readonly number[]): Expand {
  return (row, words) => {
    for (let x = 0, i = 0; x < words.length; x++, i += 6) {
      const isKey =
        ((row[i]! << 8) | row[i + 1]!) === red &&
        ((row[i + 2]! << 8) | row[i + 3]!) === green &&
        ((row[i + 4]! << 8) | row[i + 5]!) === blue;
      words[x] =
        eightOf(row[i]!, row[i + 1]!) |
        (eightOf(row[i + 2]!, row[i + 3]!) << 8) |
        (eightOf(row[i + 4]!, row[i + 5]!) << 16) |
        (isKey ? 0 : OPAQUE);
    }
  };
}

const expandGreyAlpha8: Expand = (row, words) => {
  for (let x = 0, i = 0; x < words.length; x++, i += 2) {
    words[x] = (row[i]! * 0x010101) | (row[i + 1]! << 24);
  }
};

const expandGreyAlpha16: Expand = (row, words) => {
  for (let x = 0, i = 0; x < words.length; x++, i += 4) {
    const grey = eightOf(row[i]!, row[i + 1]!);
    words[x] = (grey * 0x010101) | (eightOf(row[i + 2]!, row[i + 3]!) << 24);
  }
};

const expandColourAlpha8: Expand = (row, words) => {
  words.set(new Uint32Array(row.buffer, row.byteOffset, words.length));
};

const expandColourAlpha16: Expand = (row, words) => {
  for (let x = 0, i = 0; x < words.length; x++, i += 8) {
    words[x] =
      eightOf(row[i]!, row[i + 1]!) |
      (eightOf(row[i + 2]!, row[i + 3]!) << 8) |
      (eightOf(row[i + 4]!, row[i + 5]!) << 16) |
      (eightOf(row[i + 6]!, row[i + 7]!) << 24);
  }
};
