// Writes GIF files from indices, without an encoder: each code stands for one index.
import type { Size } from '../../../src/image.ts';
import { bytesOf, uint } from './make-image-files.ts';

export type GifFrameSpec = Partial<Size> & {
  left?: number;
  top?: number;
  /** The palette index of each pixel, by its place in the frame. */
  index: (x: number, y: number) => number;
  palette?: readonly number[][];
  transparent?: number;
  disposal?: number;
  /** Hundredths of a second. */
  delay?: number;
  interlaced?: boolean;
  /** Rows to leave out of the data, for a broken file. */
  missingRows?: number;
};

const n = (value: number) => uint(value, 2, { little: true });

/** Number of entries, as a power of two, that hold a palette: bits per index, 1…8. */
const bitsOf = (palette: readonly unknown[]) => Math.max(1, Math.ceil(Math.log2(palette.length)));

const paletteBytes = (palette: readonly number[][]): number[] => {
  const bytes = palette.flat();
  return [...bytes, ...new Array<number>(3 * 2 ** bitsOf(palette) - bytes.length).fill(0)];
};

/** A GIF; frames have the size of the canvas unless they say otherwise. */
export function writeGif(
  { width, height }: Size,
  frames: readonly GifFrameSpec[],
  {
    palette,
    loops,
    trailer = true,
  }: { palette?: readonly number[][]; loops?: number; trailer?: boolean } = {},
): Uint8Array {
  return bytesOf(
    'GIF89a',
    [...n(width), ...n(height), palette ? 0x7f + bitsOf(palette) : 0, 0, 0],
    palette ? paletteBytes(palette) : [],
    loops === undefined ? [] : bytesOf([0x21, 0xff, 11], 'NETSCAPE2.0', [3, 1, ...n(loops), 0]),
    ...frames.map((frame) => frameBytes({ width, height, ...frame }, palette)),
    trailer ? [0x3b] : [],
  );
}

function frameBytes(frame: GifFrameSpec & Size, global: readonly number[][] = []): Uint8Array {
  const { left = 0, top = 0, width, height, palette, transparent, disposal = 0, delay = 0 } = frame;
  const flags = (palette ? 0x7f + bitsOf(palette) : 0) | (frame.interlaced ? 0x40 : 0);
  const hasControl = transparent !== undefined || disposal > 0 || delay > 0;
  const control = (disposal << 2) | (transparent === undefined ? 0 : 1);
  const rows = rowOrder(height, frame.interlaced ?? false).slice(
    0,
    height - (frame.missingRows ?? 0),
  );
  const indices = rows.flatMap((y) => Array.from({ length: width }, (_, x) => frame.index(x, y)));
  return bytesOf(
    hasControl ? [0x21, 0xf9, 4, control, ...n(delay), transparent ?? 0, 0] : [],
    [0x2c, ...n(left), ...n(top), ...n(width), ...n(height), flags],
    palette ? paletteBytes(palette) : [],
    packed(indices, Math.max(2, bitsOf(palette ?? global))),
  );
}

function rowOrder(height: number, interlaced: boolean): number[] {
  const all = Array.from({ length: height }, (_, y) => y);
  if (!interlaced) return all;
  return [
    ...all.filter((y) => y % 8 === 0),
    ...all.filter((y) => y % 8 === 4),
    ...all.filter((y) => y % 4 === 2),
    ...all.filter((y) => y % 2 === 1),
  ];
}

/** Codes of one more bit than the indices; the table starts anew before codes would become longer. */
function packed(indices: readonly number[], bits: number): Uint8Array {
  const clear = 2 ** bits;
  const codes: number[] = [];
  indices.forEach((index, i) => {
    if (i % (clear - 2) === 0) codes.push(clear);
    codes.push(index);
  });
  codes.push(clear + 1);
  return bytesOf([bits], subBlocks(packBits(codes, bits + 1)));
}

/** Numbers of `bits` bits each, the lowest bit first. */
export function packBits(codes: readonly number[], bits: number): number[] {
  const bytes = new Array<number>(Math.ceil((codes.length * bits) / 8)).fill(0);
  codes.forEach((code, i) => {
    for (let bit = 0; bit < bits; bit++) {
      if ((code >> bit) & 1) bytes[(i * bits + bit) >> 3]! |= 1 << ((i * bits + bit) & 7);
    }
  });
  return bytes;
}

/** Bytes as sub-blocks of at most 255, and an empty one. */
export function subBlocks(bytes: readonly number[]): Uint8Array {
  const blocks: number[][] = [];
  for (let at = 0; at < bytes.length; at += 255) {
    const block = bytes.slice(at, at + 255);
    blocks.push([block.length, ...block]);
  }
  return bytesOf(...blocks, [0]);
}
