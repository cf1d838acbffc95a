// Chooses the form in which a PNG stores a picture (grey, palette or colour; bits per sample) and packs its rows.
import type { Image } from '../../../image.ts';
import { eachBand, type Pace, portion } from '../../../timing.ts';
import { collectPalette, type Palette } from './palette.ts';

export type PngForm = {
  /** 0 grey, 2 colour, 3 palette, 4 grey with alpha, 6 colour with alpha. */
  colorType: 0 | 2 | 3 | 4 | 6;
  bitDepth: 1 | 2 | 4 | 8;
  /** Size of a pixel in bytes, at least 1. */
  pixelBytes: number;
  rowBytes: number;
  palette: Palette | undefined;
  /** The pixels, or their places in the palette. */
  samples: Uint32Array | Uint8Array;
  /** Writes the samples of row `y` to `target`, which has `rowBytes` bytes. */
  packRow(y: number, target: Uint8Array): void;
};

/** The form with the fewest bytes before compression that keeps every pixel; fully transparent pixels all become transparent black. */
export async function choosePngForm(image: Image, pace: Pace): Promise<PngForm> {
  const { width, height } = image;
  const pass = portion(pace, 1 / 3);
  const pixels = await wordsOf(image, pass);
  const { opaque, grey, greyDepth } = await inspect(pixels, pass);
  const palette = await collectPalette(pixels, pass);
  const forms: PngForm[] = [];
  const add = (
    colorType: PngForm['colorType'],
    bitDepth: PngForm['bitDepth'],
    shifts: readonly number[],
    samples: Samples = pixels,
  ): void => {
    forms.push({
      colorType,
      bitDepth,
      pixelBytes: shifts.length,
      rowBytes: Math.ceil((width * shifts.length * bitDepth) / 8),
      palette: colorType === 3 ? palette : undefined,
      samples,
      packRow: (y, target) =>
        pack(samples.subarray(y * width, (y + 1) * width), target, { bitDepth, shifts }),
    });
  };
  if (grey && opaque) add(0, greyDepth, [8 - greyDepth]);
  if (palette) add(3, depthFor(palette.colours.length), [0], palette.indices);
  if (grey && !opaque) add(4, 8, [0, 24]);
  if (opaque) add(2, 8, [0, 8, 16]);
  if (!opaque) add(6, 8, [0, 8, 16, 24]);
  const bytes = ({ rowBytes, palette: entries }: PngForm): number =>
    height * (rowBytes + 1) + (entries ? paletteBytes(entries) : 0);
  return forms.reduce((best, form) => (bytes(form) < bytes(best) ? form : best));
}

/** Number of bytes of the palette's chunks. */
const paletteBytes = ({ colours, translucent }: Palette): number =>
  12 + 3 * colours.length + (translucent > 0 ? 12 + translucent : 0);

const depthFor = (colours: number): PngForm['bitDepth'] =>
  colours <= 2 ? 1 : colours <= 4 ? 2 : colours <= 16 ? 4 : 8;

/** Pixels as little-endian words (all platforms of this project are little-endian); fully transparent ones are 0. Copied only if needed. */
async function wordsOf({ data }: Image, pace: Pace): Promise<Uint32Array> {
  const aligned = data.byteOffset % 4 === 0 ? data : data.slice();
  const words = new Uint32Array(aligned.buffer, aligned.byteOffset, data.length / 4);
  let tidy = words;
  await eachBand(words.length, pace, (start, end) => {
    for (let i = start; i < end; i++) {
      if (words[i]! >= 1 << 24 || words[i] === 0) continue;
      if (tidy === words) tidy = words.slice();
      tidy[i] = 0;
    }
  });
  return tidy;
}

async function inspect(pixels: Uint32Array, pace: Pace) {
  let opaque = true;
  let grey = true;
  // The fewest bits that hold all values so far: 1 bit holds 0 and 255, 2 bits the multiples of 85, 4 bits the multiples of 17.
  let greyDepth: PngForm['bitDepth'] = 1;
  await eachBand(pixels.length, pace, (start, end) => {
    for (let i = start; i < end && (opaque || grey); i++) {
      const colour = pixels[i]!;
      const value = colour & 255;
      if (colour >>> 24 !== 255) opaque = false;
      if ((colour & 0xffffff) !== value * 0x010101) grey = false;
      if (greyDepth === 1 && value % 255 !== 0) greyDepth = 2;
      if (greyDepth === 2 && value % 85 !== 0) greyDepth = 4;
      if (greyDepth === 4 && value % 17 !== 0) greyDepth = 8;
    }
    return opaque || grey;
  });
  return { opaque, grey, greyDepth };
}

type Samples = Uint32Array | Uint8Array;

/** `shifts`: how far to shift a word to the right for each channel. */
type Packing = { bitDepth: number; shifts: readonly number[] };

function pack(words: Samples, target: Uint8Array, { bitDepth, shifts }: Packing): void {
  const [first = 0] = shifts;
  if (bitDepth === 8) {
    for (let x = 0, o = 0; x < words.length; x++) {
      const word = words[x]!;
      for (let c = 0; c < shifts.length; c++) target[o++] = word >>> shifts[c]!;
    }
    return;
  }
  target.fill(0);
  const mask = (1 << bitDepth) - 1;
  for (let x = 0; x < words.length; x++) {
    const bit = x * bitDepth;
    target[bit >>> 3]! |= ((words[x]! >>> first) & mask) << (8 - bitDepth - (bit & 7));
  }
}
