// Reads the header of a GIF file, and its blocks up to the second frame if the bytes go that far.
import { AppError } from '../../errors.ts';
import { latin1, viewOf } from '../bytes.ts';
import type { Header } from '../codec.ts';

const EXTENSION = 0x21;
const FRAME = 0x2c;
const TRAILER = 0x3b;
const GRAPHIC_CONTROL = 0xf9;
const APPLICATION = 0xff;

/**
 * The header of a GIF; undefined if the bytes end before the first frame. `frames` is 2 if the file loops or if its second frame
 * is among the bytes, otherwise 1. Throws `undecodable` for a corrupt header.
 */
export function probeGif(bytes: Uint8Array): Header | undefined {
  if (bytes.length < 13) return undefined;
  const view = viewOf(bytes);
  const width = view.getUint16(6, true);
  const height = view.getUint16(8, true);
  if (width === 0 || height === 0) {
    throw new AppError(
      'undecodable',
      `gif: expected a size of 1×1 or more, got ${width}×${height}`,
    );
  }
  let at = 13 + paletteBytes(view.getUint8(10));
  let alpha = false;
  let loops = false;
  let frames = 0;
  while (frames < 2 && at + 2 <= bytes.length) {
    const block = view.getUint8(at);
    if (block === EXTENSION) {
      const label = view.getUint8(at + 1);
      if (at + 14 > bytes.length) break;
      if (label === GRAPHIC_CONTROL && frames === 0) alpha = (view.getUint8(at + 3) & 1) === 1;
      if (label === APPLICATION) {
        loops ||= /^(NETSCAPE2\.0|ANIMEXTS1\.0)$/.test(latin1(bytes, at + 3, at + 14));
      }
      at = skipSubBlocks(bytes, at + 2);
    } else if (block === FRAME) {
      if (at + 10 > bytes.length) break;
      frames++;
      // The palette and one byte for the code size come before the compressed data.
      at = skipSubBlocks(bytes, at + 11 + paletteBytes(view.getUint8(at + 9)));
    } else if (block === TRAILER && frames > 0) {
      break;
    } else if (frames > 0) {
      break;
    } else {
      throw new AppError('undecodable', `gif: expected a frame at byte ${at}, got block ${block}`);
    }
  }
  if (frames === 0) return undefined;
  return {
    width,
    height,
    bitDepth: 8,
    channels: 3,
    samples: 3,
    alpha,
    orientation: 1,
    frames: loops ? 2 : frames,
    progressive: false,
  };
}

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
