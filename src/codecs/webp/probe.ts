// Reads the header of a WebP file, and its EXIF chunk if the header announces one.
import { fourCc, viewOf } from '../bytes.ts';
import type { Header } from '../codec.ts';
import { exifOrientation } from '../exif.ts';
import { countWebpFrames } from './frames.ts';
import { readWebpHeader, type WebpHeader } from './header.ts';

const EXIF = fourCc('EXIF');

/**
 * The header of a WebP; undefined if the bytes end before it does, or before the end of the EXIF chunk that it announces. `frames`
 * counts those that begin among the bytes. A complete file may lack its EXIF chunk. Throws `undecodable` for a corrupt header.
 */
export function probeWebp(bytes: Uint8Array, complete = false): Header | undefined {
  const header = readWebpHeader(bytes);
  if (!header) return undefined;
  const found = header.exif ? readOrientation(bytes, header) : 1;
  const orientation = found ?? (complete ? 1 : undefined);
  if (orientation === undefined) return undefined;
  const frames = header.animated ? Math.max(1, countWebpFrames(bytes, header)) : 1;
  return {
    width: header.width,
    height: header.height,
    bitDepth: 8,
    channels: header.alpha ? 4 : 3,
    samples: header.lossy ? 1.5 : header.alpha ? 4 : 3,
    alpha: header.alpha,
    orientation,
    frames,
    progressive: false,
  };
}

function readOrientation(bytes: Uint8Array, { next, fileBytes }: WebpHeader): number | undefined {
  const view = viewOf(bytes);
  let at = next;
  while (at + 8 <= fileBytes) {
    if (at + 8 > bytes.length) return undefined;
    const size = view.getUint32(at + 4, true);
    const end = at + 8 + size;
    if (view.getUint32(at) === EXIF) {
      if (end > bytes.length) return undefined;
      return exifOrientation(bytes.subarray(at + 8, end));
    }
    at = end + (size & 1);
  }
  return 1;
}
