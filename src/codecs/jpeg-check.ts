// Checks that a JPEG file is whole and of a kind that the decoder does right, before it is decoded.
import { AppError } from '../errors.ts';
import { marker, nextSegment } from './jpeg-segments.ts';
import { probeJpeg } from './probe-jpeg.ts';

/** Each scan costs a pass over the picture; encoders write about ten, an attacker thousands. */
const MAX_SCANS = 100;

/**
 * Throws `undecodable` for a file that ends before its end-of-image marker (libjpeg would fill the
 * rest with grey) or has too many scans, `format_unsupported` for CMYK and for more than 8 bits.
 * Bytes behind the end are allowed.
 */
export function checkJpeg(bytes: Uint8Array): void {
  const header = probeJpeg(bytes);
  if (header?.channels === 4) {
    throw new AppError(
      'format_unsupported',
      'jpeg: expected grey or three colours, got four (CMYK), which is not supported',
    );
  }
  if (header && header.bitDepth !== 8) {
    throw new AppError(
      'format_unsupported',
      `jpeg: expected 8 bits per channel, got ${header.bitDepth}, which is not supported`,
    );
  }
  let scans = 0;
  let at = 2;
  for (;;) {
    const segment = nextSegment(bytes, at);
    if (!segment) {
      throw new AppError(
        'undecodable',
        `jpeg: the file is truncated: no end-of-image marker in its ${bytes.length} bytes`,
      );
    }
    if (segment.marker === marker.eoi) return;
    if (segment.marker === marker.sos && ++scans > MAX_SCANS) {
      throw new AppError('undecodable', `jpeg: expected at most ${MAX_SCANS} scans, got more`);
    }
    at = segment.end;
  }
}
