// Writes the container of an animated WebP file (RIFF: VP8X, ANIM, ANMF).
import type { Size } from '../../image.ts';
import { fourCc, viewOf } from '../bytes.ts';
import type { Rectangle } from '../frame-changes.ts';
import { pictureChunks } from './frames.ts';

const RIFF = fourCc('RIFF');
const WEBP = fourCc('WEBP');
const VP8X = fourCc('VP8X');
const ANIM = fourCc('ANIM');
const ANMF = fourCc('ANMF');

/** Bytes of the file before its frames: RIFF header, VP8X chunk, ANIM chunk. */
const HEAD_BYTES = 12 + 18 + 14;
/** Bytes of a frame before its picture: chunk header, place, size, duration and flags. */
const FRAME_HEAD_BYTES = 8 + 16;
const IS_ANIMATED = 0x02;
const HAS_ALPHA = 0x10;
/** A frame replaces what was there. */
const REPLACES = 0x02;
/** Milliseconds that a frame can be shown at most. */
export const MAX_DURATION = 2 ** 24 - 1;

/** Joins frames to a file; `alpha` is whether any has transparent pixels, `plays` how often they are shown, 0 for ever. */
export function animationFile(
  frames: readonly Uint8Array[],
  head: Size & { alpha: boolean; plays: number },
): Uint8Array {
  const file = new Uint8Array(frames.reduce((sum, { length }) => sum + length, HEAD_BYTES));
  writeHead(viewOf(file), head);
  let at = HEAD_BYTES;
  for (const frame of frames) {
    file.set(frame, at);
    at += frame.length;
  }
  return file;
}

function writeHead(
  view: DataView,
  { width, height, alpha, plays }: Size & { alpha: boolean; plays: number },
): void {
  view.setUint32(0, RIFF);
  view.setUint32(4, view.byteLength - 8, true);
  view.setUint32(8, WEBP);
  view.setUint32(12, VP8X);
  view.setUint32(16, 10, true);
  view.setUint32(20, IS_ANIMATED | (alpha ? HAS_ALPHA : 0), true);
  setUint24(view, 24, width - 1);
  setUint24(view, 27, height - 1);
  view.setUint32(30, ANIM);
  view.setUint32(34, 6, true);
  view.setUint16(42, Math.min(plays, 65_535), true);
}

/** A frame: its place, which must have even offsets, and the chunks of its picture. `blends`: transparent pixels let what was there show through. */
export function frameChunk(
  chunks: Uint8Array,
  { left, top, width, height, blends }: Rectangle & { blends: boolean },
): Uint8Array {
  const frame = new Uint8Array(FRAME_HEAD_BYTES + chunks.length);
  const view = viewOf(frame);
  view.setUint32(0, ANMF);
  view.setUint32(4, frame.length - 8, true);
  setUint24(view, 8, left / 2);
  setUint24(view, 11, top / 2);
  setUint24(view, 14, width - 1);
  setUint24(view, 17, height - 1);
  view.setUint8(23, blends ? 0 : REPLACES);
  frame.set(chunks, FRAME_HEAD_BYTES);
  return frame;
}

/** Sets how long a frame is shown, in milliseconds. */
export function setDuration(frame: Uint8Array, duration: number): void {
  setUint24(viewOf(frame), 20, Math.min(MAX_DURATION, Math.round(duration)));
}

/** The picture chunks of a still file. */
export const pictureOf = (still: Uint8Array): Uint8Array =>
  pictureChunks(still.subarray(viewOf(still).getUint32(12) === VP8X ? 30 : 12)).chunks;

function setUint24(view: DataView, at: number, value: number): void {
  view.setUint16(at, value & 0xffff, true);
  view.setUint8(at + 2, value >> 16);
}
