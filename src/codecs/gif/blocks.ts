// Walks the blocks of a GIF file (GIF89a specification).
import { AppError } from '../../errors.ts';
import { latin1, viewOf } from '../bytes.ts';

export type GifScreen = {
  width: number;
  height: number;
  /** Triples of red, green and blue for frames without a palette of their own. */
  palette: Uint8Array | undefined;
  /** Offset of the first block. */
  next: number;
};

export type GifFrame = {
  left: number;
  top: number;
  width: number;
  height: number;
  interlaced: boolean;
  palette: Uint8Array | undefined;
  /** The palette index that leaves what was there before. */
  transparent: number | undefined;
  /** What happens to the frame's rectangle before the next frame: 2 clears it, 3 restores what was there, others keep it. */
  disposal: number;
  /** Milliseconds that the frame is shown. */
  duration: number;
  /** Offset of the compressed indices: a byte for the size of codes, then sub-blocks. */
  data: number;
};

/** A frame, or the number of times that the animation is repeated; 0 is for ever. */
export type GifBlock = { kind: 'frame'; frame: GifFrame } | { kind: 'loops'; loops: number };

/** Disposal methods that change the canvas. */
export const CLEARS = 2;
export const RESTORES = 3;

const EXTENSION = 0x21;
const FRAME = 0x2c;
const GRAPHIC_CONTROL = 0xf9;
const APPLICATION = 0xff;

/**
 * The size and the global palette; undefined if the bytes end before the first frame. The first frame enlarges a canvas that does not
 * hold it, which may be of 0×0. Throws `undecodable` as `gifBlocks` does.
 */
export function readGifScreen(bytes: Uint8Array): GifScreen | undefined {
  if (bytes.length < 13) return undefined;
  const view = viewOf(bytes);
  const next = 13 + paletteBytes(view.getUint8(10));
  if (next > bytes.length) return undefined;
  const palette = next > 13 ? bytes.subarray(13, next) : undefined;
  for (const block of gifBlocks(bytes, { palette, next })) {
    if (block.kind !== 'frame') continue;
    const { left, top, width, height } = block.frame;
    return {
      width: Math.max(view.getUint16(6, true), left + width),
      height: Math.max(view.getUint16(8, true), top + height),
      palette,
      next,
    };
  }
  return undefined;
}

/**
 * The frames and the number of loops in the order of the file, until its trailer or the end of the bytes; without frames that have no
 * pixels. Throws `undecodable` for a block of an unknown kind in front of the first frame; behind it, such a block ends the file, as in
 * browsers.
 */
export function* gifBlocks(
  bytes: Uint8Array,
  screen: Pick<GifScreen, 'palette' | 'next'>,
): Generator<GifBlock> {
  const view = viewOf(bytes);
  const noControl = { transparent: undefined, disposal: 0, duration: 0 };
  let control: Pick<GifFrame, 'transparent' | 'disposal' | 'duration'> = noControl;
  let frames = 0;
  for (let at = screen.next; at + 2 <= bytes.length; ) {
    const block = bytes[at]!;
    if (block === EXTENSION) {
      const label = bytes[at + 1]!;
      if (at + 8 <= bytes.length && label === GRAPHIC_CONTROL) {
        const flags = bytes[at + 3]!;
        control = {
          transparent: flags & 1 ? bytes[at + 6]! : undefined,
          disposal: (flags >> 2) & 7,
          duration: 10 * view.getUint16(at + 4, true),
        };
      }
      if (label === APPLICATION && at + 19 <= bytes.length && isLooping(bytes, at + 3)) {
        yield { kind: 'loops', loops: view.getUint16(at + 16, true) };
      }
      at = skipSubBlocks(bytes, at + 2);
    } else if (block === FRAME) {
      if (at + 10 > bytes.length) return;
      const flags = bytes[at + 9]!;
      const data = at + 10 + paletteBytes(flags);
      if (data > bytes.length) return;
      const frame: GifFrame = {
        left: view.getUint16(at + 1, true),
        top: view.getUint16(at + 3, true),
        width: view.getUint16(at + 5, true),
        height: view.getUint16(at + 7, true),
        interlaced: (flags & 0x40) !== 0,
        palette: flags & 0x80 ? bytes.subarray(at + 10, data) : screen.palette,
        ...control,
        data,
      };
      frames++;
      if (frame.width > 0 && frame.height > 0) yield { kind: 'frame', frame };
      control = noControl;
      at = skipSubBlocks(bytes, data + 1);
    } else if (frames === 0) {
      throw new AppError('undecodable', `gif: expected a frame at byte ${at}, got block ${block}`);
    } else {
      return;
    }
  }
}

const isLooping = (bytes: Uint8Array, at: number): boolean =>
  /^(NETSCAPE2\.0|ANIMEXTS1\.0)$/.test(latin1(bytes, at, at + 11)) && bytes[at + 12] === 1;

function paletteBytes(flags: number): number {
  return flags & 0x80 ? 3 << ((flags & 7) + 1) : 0;
}

/** The offset after a chain of sub-blocks; the end of the bytes if the chain is cut short. */
function skipSubBlocks(bytes: Uint8Array, at: number): number {
  let position = at;
  for (;;) {
    const size = bytes[position];
    if (size === undefined) return bytes.length;
    position += 1 + size;
    if (size === 0) return position;
  }
}
