// Reads format, size and orientation of a blob from its first bytes, without decoding anything.
import { AppError } from '../../errors.ts';
import { probeAvif } from '../avif/probe.ts';
import type { Format, Probe } from '../codec.ts';
import { probeGif } from '../gif/probe.ts';
import { probeJpeg } from '../jpeg/probe.ts';
import { probePng } from '../png/probe.ts';
import { probeWebp } from '../webp/probe.ts';
import { identify } from './identify.ts';

/** Each answers undefined where the bytes end before the header does. */
const readers: Record<Format, (bytes: Uint8Array) => Probe | undefined> = {
  jpeg: probeJpeg,
  png: probePng,
  webp: probeWebp,
  gif: probeGif,
  avif: probeAvif,
};

/**
 * What a whole blob says about itself. Throws `not_an_image`, `format_unsupported` (a known format
 * that has no reader here) or `undecodable` (a header that is corrupt or cut short).
 */
export function probe(bytes: Uint8Array): Probe {
  const format = identify(bytes, { complete: true });
  const found = format && readers[format](bytes);
  if (!found) {
    throw new AppError(
      'undecodable',
      `${format}: the file is truncated: its ${bytes.length} bytes end before its header does`,
    );
  }
  return found;
}

/**
 * `probe` of a blob of which only the first bytes are there yet: undefined means that more are
 * needed to answer. Throws like `probe` as soon as the bytes at hand cannot become a valid header.
 * The answer is the one that `probe` gives for the whole blob, save that a GIF's `frames` counts
 * what was seen. JPEG needs the bytes up to its first scan, PNG up to its pixels, AVIF its `meta`
 * box, and a WebP that announces EXIF all bytes up to that chunk, which is behind the pixels.
 */
export function probePrefix(bytes: Uint8Array): Probe | undefined {
  const format = identify(bytes, { complete: false });
  return format && readers[format](bytes);
}
