// Reads the header of a JPEG file: everything up to its first scan.
import { AppError } from '../errors.ts';
import { viewOf } from './bytes.ts';
import type { Probe } from './codec.ts';
import { exifOrientation, hasExifPrefix } from './exif.ts';
import { isFrameHeader, marker, nextSegment, type Segment } from './jpeg-segments.ts';

/**
 * Frame headers of the kinds that browsers and the decoder know: baseline, extended, progressive.
 */
const decodableFrames = [0xc0, 0xc1, 0xc2];
const PROGRESSIVE = 0xc2;

/**
 * The header of a JPEG, or undefined where the bytes end before the first scan. Throws
 * `undecodable` for a corrupt header, `format_unsupported` for lossless,
 * hierarchical and arithmetic-coded files.
 */
export function probeJpeg(bytes: Uint8Array): Probe | undefined {
  let frame: Pick<Probe, 'width' | 'height' | 'bitDepth' | 'channels' | 'progressive'> | undefined;
  let orientation: number | undefined;
  let at = 2;
  for (;;) {
    const segment = nextSegment(bytes, at);
    if (!segment) return undefined;
    at = segment.end;
    if (segment.marker === marker.eoi || segment.marker === marker.soi) {
      throw new AppError('undecodable', 'jpeg: expected a picture, got a file without any scan');
    }
    if (segment.marker === marker.app1 && orientation === undefined) {
      const payload = bytes.subarray(segment.start, segment.end);
      if (hasExifPrefix(payload)) orientation = exifOrientation(payload);
    } else if (isFrameHeader(segment.marker) && !frame) {
      frame = readFrame(bytes, segment);
    } else if (segment.marker === marker.sos) {
      if (!frame)
        throw new AppError('undecodable', 'jpeg: expected a frame header before the scan');
      return { format: 'jpeg', ...frame, alpha: false, orientation: orientation ?? 1, frames: 1 };
    }
  }
}

function readFrame(bytes: Uint8Array, { marker: code, start, end }: Segment) {
  if (!decodableFrames.includes(code)) {
    throw new AppError(
      'format_unsupported',
      'jpeg: expected a baseline or progressive file, got a lossless, hierarchical or arithmetic-coded one',
    );
  }
  if (end - start < 6) throw new AppError('undecodable', 'jpeg: the frame header is cut short');
  const view = viewOf(bytes.subarray(start, end));
  const height = view.getUint16(1);
  const width = view.getUint16(3);
  const channels = view.getUint8(5);
  if (width === 0 || height === 0) {
    throw new AppError(
      'undecodable',
      `jpeg: expected a size of 1×1 or more, got ${width}×${height}`,
    );
  }
  if (channels === 0 || channels > 4 || end - start < 6 + 3 * channels) {
    throw new AppError('undecodable', `jpeg: expected 1 to 4 colour components, got ${channels}`);
  }
  return {
    width,
    height,
    bitDepth: view.getUint8(0),
    channels,
    progressive: code === PROGRESSIVE,
  };
}
