// Reads the header of a PNG file: the chunks before its pixels.
import { viewOf } from '../bytes.ts';
import type { Header } from '../codec.ts';
import { exifOrientation } from '../exif.ts';
import {
  chunkAt,
  chunkType,
  fitsTransparency,
  PNG_SIGNATURE_BYTES,
  readPngHeader,
} from './chunks.ts';

const PALETTE = 3;
const channelsByColorType: Record<number, number> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };

/** The header of a PNG; undefined if the bytes end before the pixels begin. Throws `undecodable` for a corrupt header. */
export function probePng(bytes: Uint8Array): Header | undefined {
  const header = readPngHeader(bytes);
  if (!header) return undefined;
  const { width, height, bitDepth, colorType, interlaced } = header;
  const channels = channelsByColorType[colorType] ?? 4;
  const found: Header = {
    width,
    height,
    bitDepth: colorType === PALETTE ? 8 : bitDepth,
    channels,
    // For palettes, the header's depth is that of the indices.
    samples: colorType === PALETTE ? bitDepth / 8 : channels,
    alpha: colorType >= 4,
    orientation: 1,
    frames: 1,
    progressive: interlaced,
  };
  const view = viewOf(bytes);
  let palette: Uint8Array | undefined;
  for (let at = PNG_SIGNATURE_BYTES; ; ) {
    const chunk = chunkAt(view, at);
    if (!chunk) return undefined;
    if (chunk.type === chunkType.idat || chunk.type === chunkType.iend) return found;
    if (chunk.end + 4 > bytes.length) return undefined;
    if (chunk.type === chunkType.plte) {
      palette = bytes.subarray(chunk.start, chunk.end);
    } else if (chunk.type === chunkType.trns) {
      const entries = bytes.subarray(chunk.start, chunk.end);
      const isFit = fitsTransparency(entries, header, palette);
      if (isFit && colorType <= PALETTE)
        found.alpha = colorType < PALETTE || entries.some((alpha) => alpha < 255);
    } else if (chunk.type === chunkType.actl && chunk.end - chunk.start === 8) {
      found.frames = Math.max(1, view.getUint32(chunk.start));
    } else if (chunk.type === chunkType.exif) {
      found.orientation = exifOrientation(bytes.subarray(chunk.start, chunk.end));
    }
    at = chunk.end + 4;
  }
}
