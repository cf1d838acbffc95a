// Checks that a PNG file is whole, and keeps only the chunks that its pixels need.
import { AppError } from '../errors.ts';
import { viewOf } from './bytes.ts';
import {
  type Chunk,
  chunkAt,
  chunkType,
  crcHolds,
  PNG_SIGNATURE_BYTES,
  readPngHeader,
} from './png-chunks.ts';

const PALETTE = 3;
/** Set in the first letter of a chunk that readers may pass over. */
const ANCILLARY = 0x20000000;

/**
 * The parts of a whole PNG that hold its pixels, without metadata (compressed texts and profiles
 * can be bombs) and without the further frames of an APNG. Throws `undecodable` for a file that is
 * cut, out of order, or has a wrong check sum: the decoder would overlook some of these.
 */
export function essentialPngParts(bytes: Uint8Array): Uint8Array[] {
  const header = readPngHeader(bytes);
  if (!header) throw truncated(bytes);
  const view = viewOf(bytes);
  const parts = [bytes.subarray(0, PNG_SIGNATURE_BYTES)];
  let palette = false;
  let transparency = false;
  let pixels: { start: number; end: number } | undefined;
  for (let at = PNG_SIGNATURE_BYTES; ; ) {
    const chunk = chunkAt(view, at);
    if (!chunk || chunk.end + 4 > bytes.length) throw truncated(bytes);
    const end = chunk.end + 4;
    const isTransparency = chunk.type === chunkType.trns && header.colorType <= PALETTE;
    if (isTransparency || (chunk.type & ANCILLARY) === 0) checkCrc(bytes, chunk);
    if (chunk.type === chunkType.ihdr) {
      if (at !== PNG_SIGNATURE_BYTES) throw corrupt('two header chunks');
      parts.push(bytes.subarray(at, end));
    } else if (chunk.type === chunkType.plte) {
      if (palette || pixels) throw corrupt('a palette out of place');
      palette = true;
      if (header.colorType === PALETTE) parts.push(bytes.subarray(at, end));
    } else if (isTransparency) {
      if (transparency || pixels) throw corrupt('transparency out of place');
      transparency = true;
      parts.push(bytes.subarray(at, end));
    } else if (chunk.type === chunkType.idat) {
      pixels ??= { start: at, end: at };
      if (pixels.end !== at) throw corrupt('pixel chunks apart from each other');
      pixels.end = end;
    } else if (chunk.type === chunkType.iend) {
      if (!pixels) throw corrupt('no pixels');
      if (header.colorType === PALETTE && !palette) throw corrupt('no palette');
      parts.push(bytes.subarray(pixels.start, pixels.end), bytes.subarray(at, end));
      return parts;
    } else if ((chunk.type & ANCILLARY) === 0) {
      throw corrupt('an unknown chunk that readers must understand');
    }
    at = end;
  }
}

function checkCrc(bytes: Uint8Array, chunk: Chunk): void {
  if (!crcHolds(bytes, chunk)) {
    throw corrupt(`a wrong check sum behind the chunk at byte ${chunk.start - 8}`);
  }
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
