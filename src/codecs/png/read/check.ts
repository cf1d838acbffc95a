// Checks that a PNG file is whole, and finds the chunks that its pixels need.
import { AppError } from '../../../errors.ts';
import { viewOf } from '../../bytes.ts';
import {
  type Chunk,
  chunkAt,
  chunkType,
  crcHolds,
  fitsTransparency,
  MAX_CHUNK_BYTES,
  PNG_SIGNATURE_BYTES,
  type PngHeader,
  readPngHeader,
} from '../chunks.ts';

const PALETTE = 3;
/** Most entries of a palette. */
const MAX_ENTRIES = 256;
/** This bit is set in the type of a chunk that readers may ignore. */
const ANCILLARY = 0x20000000;

/** The parts of a PNG that its pixels need; payloads are views of the file. */
export type PngParts = {
  header: PngHeader;
  palette: Uint8Array | undefined;
  transparency: Uint8Array | undefined;
  /** The first consecutive IDAT chunks, with their lengths, types and checksums, which are not checked yet; the last may be cut short. */
  pixels: Uint8Array;
};

/**
 * The parts of a PNG that its pixels need: without metadata (compressed texts and profiles can be bombs), and without the further frames of
 * an APNG. A `tRNS` chunk of a wrong length is ignored, and so is all that follows the pixels: whether they are all there shows only when
 * they are unpacked. Throws `undecodable` for a file that before its pixels ends, is out of order, or has a wrong checksum.
 */
export function essentialPngParts(bytes: Uint8Array): PngParts {
  const header = readPngHeader(bytes);
  if (!header) throw truncated(bytes);
  const view = viewOf(bytes);
  let palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined;
  for (let at = PNG_SIGNATURE_BYTES; ; ) {
    const chunk = chunkAt(view, at);
    if (chunk?.type === chunkType.idat) {
      if (header.colorType === PALETTE && !palette) throw corrupt('no palette');
      return { header, palette, transparency, pixels: bytes.subarray(at, pixelsEnd(view, at)) };
    }
    if (!chunk || chunk.end + 4 > bytes.length) throw truncated(bytes);
    if (chunk.type === chunkType.ihdr) {
      if (at !== PNG_SIGNATURE_BYTES) throw corrupt('two header chunks');
    } else if (chunk.type === chunkType.plte) {
      if (palette) throw corrupt('two palettes');
      palette = checked(bytes, chunk, 3 * MAX_ENTRIES);
      if (palette.length === 0 || palette.length % 3) throw corrupt('a cut palette');
    } else if (chunk.type === chunkType.trns && header.colorType <= PALETTE) {
      if (transparency) throw corrupt('two lists of transparency');
      const entries = checked(bytes, chunk, bytes.length);
      if (fitsTransparency(entries, header, palette)) transparency = entries;
    } else if (chunk.type === chunkType.iend) {
      throw corrupt('no pixels');
    } else if ((chunk.type & ANCILLARY) === 0) {
      throw corrupt('an unknown chunk that readers must understand');
    }
    at = chunk.end + 4;
  }
}

/** Where the consecutive IDAT chunks that begin at `start` end, or the bytes do. */
function pixelsEnd(view: DataView, start: number): number {
  let at = start;
  while (at + 8 <= view.byteLength && view.getUint32(at + 4) === chunkType.idat) {
    const length = view.getUint32(at);
    if (length > MAX_CHUNK_BYTES) break;
    at += 12 + length;
  }
  return Math.min(at, view.byteLength);
}

/** The payload of a chunk. Throws if it has more than `most` bytes or a wrong checksum. */
function checked(bytes: Uint8Array, chunk: Chunk, most: number): Uint8Array {
  const payload = bytes.subarray(chunk.start, chunk.end);
  if (payload.length > most) {
    throw corrupt(`a chunk of ${payload.length} bytes where at most ${most} are allowed`);
  }
  if (!crcHolds(bytes, chunk)) {
    throw corrupt(`a wrong checksum after the chunk at byte ${chunk.start - 8}`);
  }
  return payload;
}

function corrupt(what: string): AppError {
  return new AppError('undecodable', `png: the file is corrupt: it has ${what}`);
}

function truncated(bytes: Uint8Array): AppError {
  return new AppError(
    'undecodable',
    `png: the file is truncated: its ${bytes.length} bytes end before its last chunk does`,
  );
}
