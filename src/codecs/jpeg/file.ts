// Takes a JPEG file apart into the parts that its pixels need, and checks that it is whole and of a supported kind.
import { AppError } from '../../errors.ts';
import { latin1 } from '../bytes.ts';
import { type JpegFrame, readJpegFrame } from './frame.ts';
import { type FindMarker, isFrameHeader, marker, nextSegment, type Segment } from './segments.ts';

/** The header of a scan; its compressed data is `end…dataEnd`. */
export type JpegScan = Segment & { dataEnd: number };

export type JpegFile = {
  frame: JpegFrame;
  /**
   * The colour space of a file with three components, or with four; a file with one component is grey. Files of four components store
   * light, 255 for no ink, as Adobe's programs began to do; readers expect that with and without an Adobe segment.
   */
  colour: 'YCbCr' | 'RGB' | 'YCCK' | 'CMYK';
  /** All that pixels need, in the order of the file: tables, restart intervals, the frame header and scans. */
  parts: readonly (Segment | JpegScan)[];
  /** Whether the whole file must be read before the first row can be decoded. */
  buffered: boolean;
};

/** Most scans. Each costs a pass over the picture; encoders write about ten, an attacker thousands. */
const MAX_SCANS = 100;
/**
 * All scans together may visit every block this often (encoders do so five times). The time of a scan cannot be judged by its
 * bytes, because a scan of empty blocks has almost none.
 */
const MAX_PASSES = 16;
/** So many visits of blocks are always allowed. */
const MIN_ALLOWED_BLOCKS = 1e6;
/** Most tables and scans. Each scan may define eight tables of its own, and 30 MB can hold a million. */
const MAX_PARTS = 1000;

/** Whether a part is a scan. */
export const isScan = (part: Segment | JpegScan): part is JpegScan => part.marker === marker.sos;

/**
 * A file may lack its end-of-image marker; whether the data of its last scan is whole shows only when it is decoded. Throws `undecodable`
 * for a file that ends before its first scan, lacks a component, or bits of a coefficient where the end marker is missing, or has too many
 * scans; `format_unsupported` for two components and for more than 8 bits. Bytes after the end are allowed. `find` searches for markers.
 */
export const readJpegFile = (bytes: Uint8Array, find?: FindMarker): JpegFile =>
  readParts(bytes, { toFirstScan: false, find });

/**
 * What `readJpegFile` says of a file up to the header of its first scan, which must be among `bytes`; undefined if the file has several
 * scans. Whether it is whole is not known yet. Throws as `readJpegFile` does.
 */
export function readJpegStart(bytes: Uint8Array): JpegFile | undefined {
  const file = readParts(bytes, { toFirstScan: true });
  return file.buffered ? undefined : file;
}

function readParts(
  bytes: Uint8Array,
  { toFirstScan, find }: { toFirstScan: boolean; find?: FindMarker | undefined },
): JpegFile {
  const parts: (Segment | JpegScan)[] = [];
  const missing = new Set<number>();
  const refined = createBitsSent(() => frame);
  let frame: JpegFrame | undefined;
  let hints: ColourHints = {};
  let scan: JpegScan | undefined;
  let scans = 0;
  let blocks = 0;
  let buffered = false;
  for (let at = 2; ; ) {
    const segment = nextSegment(bytes, at, find);
    if (!segment) {
      if (!frame || scans === 0 || (frame.progressive && !refined.complete()))
        throw truncated(bytes);
      if (scan) scan.dataEnd = bytes.length;
      break;
    }
    const { marker: code, start, end } = segment;
    if (scan) scan.dataEnd = headerStart(segment);
    scan = undefined;
    if (code === marker.eoi) break;
    if (code === marker.soi) throw corrupt('a second start of image');
    if (isFrameHeader(code)) {
      if (frame) throw corrupt('two frame headers');
      frame = supported(readJpegFrame(bytes, segment));
      for (const { id } of frame.components) missing.add(id);
      parts.push(segment);
    } else if (code === marker.sos) {
      if (!frame) throw corrupt('a scan before the frame header');
      if (++scans > MAX_SCANS) throw corrupt(`more than ${MAX_SCANS} scans`);
      const count = bytes[start]!;
      const ids = Array.from({ length: count }, (_, i) => bytes[start + 1 + 2 * i]);
      blocks += blocksOf(frame, ids);
      if (blocks > Math.max(MIN_ALLOWED_BLOCKS, MAX_PASSES * blocksOf(frame))) {
        throw corrupt(`scans that pass over the picture more than ${MAX_PASSES} times`);
      }
      // A sequential file whose first scan has all components ends with that scan.
      const more = frame.progressive || count < frame.components.length;
      if (scans === 1) buffered = more;
      else if (!buffered) break;
      if (!frame.progressive || bytes[start + 1 + 2 * count] === 0) {
        for (const id of ids) missing.delete(id!);
      }
      refined.add(ids, bytes.subarray(start + 1 + 2 * count, end));
      scan = { ...segment, dataEnd: end };
      parts.push(scan);
      if (toFirstScan) break;
    } else if (code === marker.dqt || code === marker.dht || code === marker.dri) {
      parts.push(segment);
    } else if (scans === 0) {
      hints = { ...hints, ...colourHint(bytes, segment) };
    }
    if (parts.length > MAX_PARTS) throw corrupt(`more than ${MAX_PARTS} tables and scans`);
    at = end;
  }
  if (!frame || scans === 0) throw corrupt('no picture');
  if (!toFirstScan && missing.size > 0) throw corrupt('a colour component without data');
  return { frame, colour: colourOf(frame, hints), parts, buffered };
}

/** Follows which coefficients of a progressive file have come to their last bit. */
function createBitsSent(frame: () => JpegFrame | undefined) {
  const missingBits = new Map<unknown, Uint8Array>();
  return {
    /** Takes in a scan of these components; `range` is the first and last coefficient, and the bits before and after it. */
    add(ids: readonly unknown[], [first = 0, last = 0, bits = 0]: Uint8Array) {
      for (const id of ids) {
        const own = missingBits.get(id) ?? new Uint8Array(64).fill(255);
        own.fill(bits & 15, first, last + 1);
        missingBits.set(id, own);
      }
    },
    complete: () =>
      frame()?.components.every(({ id }) => missingBits.get(id)?.every((low) => low === 0)) ??
      false,
  };
}

/** Offset of the marker of a segment, after any fill bytes. */
const headerStart = ({ start, end, marker: code }: Segment): number =>
  code === marker.eoi || code === marker.soi ? end - 2 : start - 4;

/** Number of blocks of the components with these ids; of all components by default. */
function blocksOf(
  { width, height, components, maxH, maxV }: JpegFrame,
  ids?: readonly unknown[],
): number {
  return components.reduce((sum, { id, h, v }) => {
    if (ids && !ids.includes(id)) return sum;
    return sum + Math.ceil((width * h) / maxH / 8) * Math.ceil((height * v) / maxV / 8);
  }, 0);
}

type ColourHints = { jfif?: true; adobe?: number };

/** What JFIF and Adobe segments say about colour; JFIF is always YCbCr. */
function colourHint(bytes: Uint8Array, { marker: code, start, end }: Segment): ColourHints {
  if (code === marker.app0 && end - start >= 14 && latin1(bytes, start, start + 5) === 'JFIF\0') {
    return { jfif: true };
  }
  if (code === marker.app14 && end - start >= 12 && latin1(bytes, start, start + 5) === 'Adobe') {
    return { adobe: bytes[start + 11]! };
  }
  return {};
}

/** What the Adobe segment says of four components in YCCK. */
const ADOBE_YCCK = 2;

function colourOf({ components }: JpegFrame, { jfif, adobe }: ColourHints): JpegFile['colour'] {
  if (components.length === 4) return adobe === ADOBE_YCCK ? 'YCCK' : 'CMYK';
  if (jfif) return 'YCbCr';
  if (adobe !== undefined) return adobe === 0 ? 'RGB' : 'YCbCr';
  return String.fromCharCode(...components.map(({ id }) => id)) === 'RGB' ? 'RGB' : 'YCbCr';
}

function supported(frame: JpegFrame): JpegFrame {
  const count = frame.components.length;
  if (count === 2) throw unsupported('expected grey, three or four colours, got two');
  if (frame.bitDepth !== 8) {
    throw unsupported(`expected 8 bits per channel, got ${frame.bitDepth}`);
  }
  return frame;
}

function unsupported(what: string): AppError {
  return new AppError('format_unsupported', `jpeg: ${what}, which is not supported`);
}

function corrupt(what: string): AppError {
  return new AppError('undecodable', `jpeg: the file is corrupt: it has ${what}`);
}

function truncated(bytes: Uint8Array): AppError {
  return new AppError(
    'undecodable',
    `jpeg: the file is truncated: its ${bytes.length} bytes end before its picture does`,
  );
}
