// Writes what a GIF file has beside packed pixels: its head, and that of each frame (GIF89a specification).
import type { Size } from '../../../image.ts';
import type { Rectangle } from '../../frame-changes.ts';
import { CLEARS } from '../blocks.ts';
import type { Palette } from './palette.ts';

/** Hundredths of a second that a frame can be shown at most. */
export const MAX_DELAY = 65_535;
/** What a file ends with. */
export const TRAILER = Uint8Array.of(0x3b);

const KEEPS = 1;
const HAS_TABLE = 0x80;

const uint16 = (value: number): number[] => [value & 255, value >> 8];
const text = (letters: string): number[] => Array.from(letters, (letter) => letter.charCodeAt(0));

/** Bits of an index into the palette and its transparent entry, if it has one, 1…8. */
export const tableBits = ({ colours, transparent }: Palette): number =>
  Math.max(1, Math.ceil(Math.log2(colours.length + (transparent === undefined ? 0 : 1))));

function tableOf(palette: Palette): number[] {
  const bytes = new Array<number>(3 * 2 ** tableBits(palette)).fill(0);
  palette.colours.forEach((word, i) => {
    bytes[3 * i] = word & 255;
    bytes[3 * i + 1] = (word >>> 8) & 255;
    bytes[3 * i + 2] = (word >>> 16) & 255;
  });
  return bytes;
}

/** The size, the palette of the first frame, and how often the frames are shown: 0 for ever. */
export function fileHead({ width, height }: Size, palette: Palette, plays: number): Uint8Array {
  const repeats = plays === 1 ? [] : loops(plays === 0 ? 0 : plays - 1);
  return Uint8Array.from([
    ...text('GIF89a'),
    ...uint16(width),
    ...uint16(height),
    HAS_TABLE | (tableBits(palette) - 1),
    0,
    0,
    ...tableOf(palette),
    ...repeats,
  ]);
}

const loops = (count: number): number[] => [
  ...[0x21, 0xff, 11],
  ...text('NETSCAPE2.0'),
  ...[3, 1],
  ...uint16(count),
  0,
];

/** What stands in front of a frame's data; `own` is its palette if it is not that of the first frame. */
export function frameHead({
  area: { left, top, width, height },
  delay,
  clears,
  transparent,
  own,
}: {
  area: Rectangle;
  /** Hundredths of a second. */
  delay: number;
  clears: boolean;
  transparent: number | undefined;
  own: Palette | undefined;
}): Uint8Array {
  const flags = ((clears ? CLEARS : KEEPS) << 2) | (transparent === undefined ? 0 : 1);
  return Uint8Array.from([
    ...[0x21, 0xf9, 4, flags],
    ...uint16(delay),
    ...[transparent ?? 0, 0, 0x2c],
    ...[left, top, width, height].flatMap(uint16),
    own ? HAS_TABLE | (tableBits(own) - 1) : 0,
    ...(own ? tableOf(own) : []),
  ]);
}

/** Bytes in one piece. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
