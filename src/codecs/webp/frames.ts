// Walks the frames of an animated WebP (RIFF container: ANMF chunks), each as a still WebP file.
import { AppError } from '../../errors.ts';
import type { Size } from '../../image.ts';
import { fourCc, viewOf } from '../bytes.ts';
import { MOST_FRAMES } from '../most-frames.ts';
import { readWebpHeader, type WebpHeader } from './header.ts';

const ANIM = fourCc('ANIM');
const ANMF = fourCc('ANMF');
const ALPH = fourCc('ALPH');
const VP8 = fourCc('VP8 ');
const VP8L = fourCc('VP8L');
const RIFF = fourCc('RIFF');
const WEBP = fourCc('WEBP');
const VP8X = fourCc('VP8X');

/** Bytes of an ANMF chunk before the frame's own chunks. */
const FRAME_HEADER_BYTES = 16;
const HAS_ALPHA = 0x10;

export type WebpFrame = Size & {
  left: number;
  top: number;
  /** Milliseconds that the frame is shown. */
  duration: number;
  /** Whether transparent pixels let the canvas show through; otherwise they replace it. */
  blends: boolean;
  /** Whether the frame's rectangle is cleared before the next frame. */
  clears: boolean;
  /** The frame as a still file. */
  file: Uint8Array;
};

type Chunk = { type: number; start: number; end: number };

/** The chunks of a RIFF file from `at` on whose headers are among the bytes; payloads may be cut. */
export function* chunksOf(view: DataView, at: number, end: number): Generator<Chunk> {
  for (let next = at; next + 8 <= Math.min(end, view.byteLength); ) {
    const start = next + 8;
    const size = view.getUint32(next + 4, true);
    yield { type: view.getUint32(next), start, end: start + size };
    next = start + size + (size & 1);
  }
}

/** Number of frames that begin among the bytes, up to `MOST_FRAMES` + 1. */
export function countWebpFrames(bytes: Uint8Array, { next, fileBytes }: WebpHeader): number {
  let count = 0;
  for (const { type } of chunksOf(viewOf(bytes), next, fileBytes)) {
    if (type === ANMF) count++;
    if (count > MOST_FRAMES) break;
  }
  return count;
}

/** How often the animation is repeated; 0 for ever. */
export function webpLoops(bytes: Uint8Array, { next, fileBytes }: WebpHeader): number {
  const view = viewOf(bytes);
  for (const { type, start, end } of chunksOf(view, next, fileBytes)) {
    if (type === ANIM && end - start >= 6 && end <= bytes.length) {
      return view.getUint16(start + 4, true);
    }
  }
  return 0;
}

/** The frames in order. Throws `undecodable` for one that is cut short, lies outside of the canvas, or has another size than it says. */
export function* webpFrames(bytes: Uint8Array, header: WebpHeader): Generator<WebpFrame> {
  const view = viewOf(bytes);
  for (const { type, start, end } of chunksOf(view, header.next, header.fileBytes)) {
    if (type !== ANMF) continue;
    if (end > bytes.length || end - start < FRAME_HEADER_BYTES) throw corrupt('is cut short');
    const uint24 = (at: number): number => view.getUint32(start + at - 1, true) >>> 8;
    const flags = view.getUint8(start + 15);
    const frame = {
      left: 2 * uint24(0),
      top: 2 * uint24(3),
      width: 1 + uint24(6),
      height: 1 + uint24(9),
      duration: uint24(12),
      blends: (flags & 2) === 0,
      clears: (flags & 1) === 1,
    };
    if (frame.left + frame.width > header.width || frame.top + frame.height > header.height) {
      throw corrupt('lies outside of the canvas');
    }
    const file = stillFile(bytes.subarray(start + FRAME_HEADER_BYTES, end), frame);
    const inner = innerSize(file);
    if (inner?.width !== frame.width || inner.height !== frame.height) {
      throw corrupt('has another size than it says');
    }
    yield { ...frame, file };
  }
}

/** Of these chunks, those of the picture and, if there is one, of its alpha channel (which lossless pictures have inside). */
export function pictureChunks(chunks: Uint8Array): { chunks: Uint8Array; hasAlpha: boolean } {
  const view = viewOf(chunks);
  const wanted = [...chunksOf(view, 0, chunks.length)].filter(
    ({ type, end }) => [ALPH, VP8, VP8L].includes(type) && end <= chunks.length,
  );
  const padded = wanted.map(({ start, end }) => end - start + 8 + ((end - start) & 1));
  const picture = new Uint8Array(padded.reduce((sum, length) => sum + length, 0));
  let at = 0;
  wanted.forEach(({ start, end }, i) => {
    picture.set(chunks.subarray(start - 8, end), at);
    at += padded[i]!;
  });
  return { chunks: picture, hasAlpha: wanted.some(({ type }) => type === ALPH) };
}

/** A still file of the picture in these chunks. */
export function stillFile(frame: Uint8Array, { width, height }: Size): Uint8Array {
  const { chunks, hasAlpha } = pictureChunks(frame);
  const extended = hasAlpha ? 18 : 0;
  const file = new Uint8Array(12 + extended + chunks.length);
  const out = viewOf(file);
  out.setUint32(0, RIFF);
  out.setUint32(4, file.length - 8, true);
  out.setUint32(8, WEBP);
  if (hasAlpha) {
    out.setUint32(12, VP8X);
    out.setUint32(16, 10, true);
    out.setUint32(20, HAS_ALPHA, true);
    // Sizes have 24 bits; what the first writes too much, the second overwrites.
    out.setUint32(24, width - 1, true);
    out.setUint16(27, (height - 1) & 0xffff, true);
    out.setUint8(29, (height - 1) >> 16);
  }
  file.set(chunks, 12 + extended);
  return file;
}

/** The size that the picture's own header states. */
function innerSize(file: Uint8Array): Size | undefined {
  const header = readWebpHeader(file);
  if (!header || viewOf(file).getUint32(12) !== VP8X) return header;
  for (const { type, start, end } of chunksOf(viewOf(file), header.next, file.length)) {
    if (type !== VP8 && type !== VP8L) continue;
    return readWebpHeader(bytesAsFile(file.subarray(start - 8, end)));
  }
  return undefined;
}

/** The beginning of a chunk behind the header of a container, as a file of its own. */
function bytesAsFile(chunk: Uint8Array): Uint8Array {
  const file = new Uint8Array(12 + Math.min(chunk.length, 32));
  file.set(chunk.subarray(0, 32), 12);
  return file;
}

const corrupt = (what: string): AppError =>
  new AppError('undecodable', `webp: a frame of the animation ${what}`);
