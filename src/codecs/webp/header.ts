// Reads the first chunk of a WebP file, which holds its size and features.
import { AppError } from '../../errors.ts';
import { fourCc, viewOf } from '../bytes.ts';

export type WebpHeader = {
  width: number;
  height: number;
  alpha: boolean;
  /** Whether the picture is known to be lossy; false if the first chunk is not the picture, because then it is unknown. */
  lossy: boolean;
  animated: boolean;
  /** Whether an EXIF chunk is announced; it comes after the pixels. */
  exif: boolean;
  /** Length of the file in bytes, as its container says. */
  fileBytes: number;
  /** Offset of the second chunk. */
  next: number;
};

const VP8 = fourCc('VP8 ');
const VP8L = fourCc('VP8L');
const VP8X = fourCc('VP8X');

/** The header of a WebP; undefined if the bytes end before it does. Throws `undecodable` for a corrupt header. */
export function readWebpHeader(bytes: Uint8Array): WebpHeader | undefined {
  if (bytes.length < 25) return undefined;
  const view = viewOf(bytes);
  const size = view.getUint32(16, true);
  const type = view.getUint32(12);
  const container = {
    animated: false,
    lossy: type === VP8,
    exif: false,
    fileBytes: view.getUint32(4, true) + 8,
    next: 20 + size + (size & 1),
  };
  if (type === VP8L) {
    const bits = view.getUint32(21, true);
    if (view.getUint8(20) !== 0x2f || bits >>> 29 !== 0) throw corrupt('lossless');
    const width = (bits & 0x3fff) + 1;
    const height = ((bits >>> 14) & 0x3fff) + 1;
    return { ...container, width, height, alpha: ((bits >>> 28) & 1) === 1 };
  }
  if (type !== VP8 && type !== VP8X) throw corrupt('first chunk');
  if (bytes.length < 30) return undefined;
  if (type === VP8) {
    const startCode = (view.getUint16(23) << 8) | view.getUint8(25);
    const width = view.getUint16(26, true) & 0x3fff;
    const height = view.getUint16(28, true) & 0x3fff;
    const isKeyFrame = (view.getUint8(20) & 1) === 0;
    if (startCode !== 0x9d012a || !isKeyFrame || width === 0 || height === 0)
      throw corrupt('lossy');
    return { ...container, width, height, alpha: false };
  }
  if (size < 10) throw corrupt('extended');
  const flags = view.getUint8(20);
  return {
    ...container,
    width: 1 + (view.getUint32(24, true) & 0xffffff),
    height: 1 + (view.getUint32(26, true) >>> 8),
    alpha: (flags & 0x10) !== 0,
    animated: (flags & 0x02) !== 0,
    exif: (flags & 0x08) !== 0,
  };
}

function corrupt(part: string): AppError {
  return new AppError('undecodable', `webp: the header is corrupt (${part})`);
}
