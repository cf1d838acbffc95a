// Writes an animated WebP file from frames that are encoded as still files (RIFF container: VP8X, ANIM, ANMF).
import type { Image } from '../../image.ts';
import { fourCc, viewOf } from '../bytes.ts';
import type { AnimationWriter, Frame } from '../codec.ts';
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
const MAX_DURATION = 2 ** 24 - 1;

/** A writer of frames of one size; `encode` makes still files; `plays` is how often the frames are shown, 0 for ever. */
export function createWebpWriter(
  encode: (image: Image) => Promise<Uint8Array>,
  { plays }: { plays: number },
): AnimationWriter {
  const frames: Uint8Array[] = [];
  let size: { width: number; height: number } | undefined;
  let alpha = false;
  return {
    async add({ image, duration }: Frame) {
      const { width, height } = image;
      size ??= { width, height };
      if (width !== size.width || height !== size.height) {
        throw new RangeError(
          `webp: expected frames of ${size.width}×${size.height}, got ${width}×${height}`,
        );
      }
      const still = await encode(image);
      const picture = pictureChunks(still.subarray(firstChunk(still)));
      alpha ||= picture.hasAlpha;
      frames.push(frameOf(picture.chunks, { ...size, duration }));
    },
    async end() {
      if (!size) throw new RangeError('webp: expected a frame, got none');
      const bytes = frames.reduce((sum, { length }) => sum + length, HEAD_BYTES);
      const file = new Uint8Array(bytes);
      writeHead(viewOf(file), { ...size, alpha, plays });
      let at = HEAD_BYTES;
      for (const frame of frames) {
        file.set(frame, at);
        at += frame.length;
      }
      return file;
    },
  };
}

/** Offset of the first chunk of a still file that may belong to its picture. */
function firstChunk(file: Uint8Array): number {
  return viewOf(file).getUint32(12) === VP8X ? 30 : 12;
}

function writeHead(
  view: DataView,
  { width, height, alpha, plays }: { width: number; height: number; alpha: boolean; plays: number },
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

function frameOf(
  chunks: Uint8Array,
  { width, height, duration }: { width: number; height: number; duration: number },
): Uint8Array {
  const frame = new Uint8Array(FRAME_HEAD_BYTES + chunks.length);
  const view = viewOf(frame);
  view.setUint32(0, ANMF);
  view.setUint32(4, frame.length - 8, true);
  setUint24(view, 14, width - 1);
  setUint24(view, 17, height - 1);
  setUint24(view, 20, Math.min(MAX_DURATION, Math.round(duration)));
  view.setUint8(23, REPLACES);
  frame.set(chunks, FRAME_HEAD_BYTES);
  return frame;
}

function setUint24(view: DataView, at: number, value: number): void {
  view.setUint16(at, value & 0xffff, true);
  view.setUint8(at + 2, value >> 16);
}
