// Reads format, size and orientation of a file from its first bytes, without decoding anything.
import { AppError } from '../../errors.ts';
import type { Probe } from '../codec.ts';
import { formatOf } from '../formats.ts';
import { identify } from './identify.ts';

/**
 * What a whole file says about itself. Throws `not_an_image`, `format_unsupported` (a known format that is not read here) or
 * `undecodable` (a header that is corrupt or cut short).
 */
export function probe(bytes: Uint8Array): Probe {
  const format = identify(bytes, { complete: true });
  const header = format && formatOf(format).readHeader(bytes, true);
  if (!header) {
    throw new AppError(
      'undecodable',
      `${format}: the file is truncated: its ${bytes.length} bytes end before its header does`,
    );
  }
  return { format, ...header };
}

/**
 * `probe` for a file of which only the first bytes have arrived; undefined means that more are needed. Throws like `probe` as
 * soon as the bytes at hand cannot become a valid header. The answer is the one that `probe` gives for the whole file, except
 * that the `frames` of GIF and WebP count what has arrived. JPEG needs the bytes up to its first scan, PNG up to its pixels, AVIF its
 * `meta` box, and a WebP that announces EXIF all bytes up to that chunk, which comes after the pixels.
 */
export function probePrefix(bytes: Uint8Array): Probe | undefined {
  const format = identify(bytes, { complete: false });
  const header = format && formatOf(format).readHeader(bytes);
  return header && { format, ...header };
}
