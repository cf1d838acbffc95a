// A palette: its colours as bytes, in linear light and in OKLab.
import { linearOfByte } from '../colour/colour.ts';
import { doubledOklab } from '../colour/oklab.ts';

export type Palette = {
  count: number;
  /** `#rrggbb` of each colour, in lower case. */
  hex: readonly string[];
  /** Three values a colour, linear light 0…1. */
  linear: Float32Array;
  /** L, 2a, 2b of each colour in OKLab. */
  lab: Float32Array;
  /** Index of the colour of least lightness. */
  darkest: number;
};

/** Reads colours of six hexadecimal digits each, in their order, each kept once; the caller has checked the form. */
export function createPalette(colours: readonly string[]): Palette {
  const digits = [...new Set(colours.map((colour) => colour.toLowerCase()))];
  const count = digits.length;
  const linear = new Float32Array(3 * count);
  const lab = new Float32Array(3 * count);
  let darkest = 0;
  digits.forEach((text, i) => {
    for (let c = 0; c < 3; c++) {
      const byte = Number.parseInt(text.slice(2 * c, 2 * c + 2), 16);
      linear[3 * i + c] = linearOfByte[byte]!;
    }
    doubledOklab(linear[3 * i]!, linear[3 * i + 1]!, linear[3 * i + 2]!, lab, 3 * i);
    if (lab[3 * i]! < lab[3 * darkest]!) darkest = i;
  });
  return { count, hex: digits.map((text) => `#${text}`), linear, lab, darkest };
}

/** Each colour as one opaque RGBA8 pixel, in the byte order of this machine. */
export function pixelsOf({ hex }: Palette): Uint32Array {
  const bytes = hex.flatMap((text) => [
    ...[1, 3, 5].map((i) => Number.parseInt(text.slice(i, i + 2), 16)),
    255,
  ]);
  return new Uint32Array(Uint8Array.from(bytes).buffer);
}
