// Reads the header of a JPEG file: everything up to its first scan.
import { AppError } from '../../errors.ts';
import type { Header } from '../codec.ts';
import { exifOrientation, hasExifPrefix } from '../exif.ts';
import { type JpegFrame, readJpegFrame } from './frame.ts';
import { isFrameHeader, marker, nextSegment } from './segments.ts';

/**
 * The header of a JPEG; undefined if the bytes end before the first scan. Throws `undecodable` for a corrupt header,
 * `format_unsupported` for lossless, hierarchical and arithmetic-coded files.
 */
export function probeJpeg(bytes: Uint8Array): Header | undefined {
  let frame: JpegFrame | undefined;
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
      frame = readJpegFrame(bytes, segment);
    } else if (segment.marker === marker.sos) {
      if (!frame) {
        throw new AppError('undecodable', 'jpeg: expected a frame header before the scan');
      }
      const componentsInScan = segment.end > segment.start ? bytes[segment.start]! : 0;
      return describe(frame, componentsInScan, orientation ?? 1);
    }
  }
}

function describe(frame: JpegFrame, componentsInScan: number, orientation: number): Header {
  const { width, height, bitDepth, components, maxH, maxV } = frame;
  return {
    width,
    height,
    bitDepth,
    channels: components.length,
    samples: components.reduce((sum, { h, v }) => sum + (h * v) / (maxH * maxV), 0),
    alpha: false,
    orientation,
    frames: 1,
    // A sequential file with a scan for each component cannot be decoded row by row either.
    progressive: frame.progressive || componentsInScan < components.length,
  };
}
