// Walks the marker segments of a JPEG file, including its scans, in the way libjpeg does.
import { AppError } from '../../errors.ts';

/** Second byte of the markers that are used here (ISO/IEC 10918-1, table B.1). */
export const marker = {
  soi: 0xd8,
  eoi: 0xd9,
  sos: 0xda,
  dqt: 0xdb,
  dri: 0xdd,
  app0: 0xe0,
  app1: 0xe1,
  app2: 0xe2,
  app14: 0xee,
  dht: 0xc4,
  jpg: 0xc8,
  dac: 0xcc,
} as const;

export type Segment = {
  marker: number;
  /** Where the payload begins and ends; equal for markers without one. */
  start: number;
  end: number;
};

/** Where the next marker begins at or after a position, other than a restart; -1 if there is none. */
export type FindMarker = (bytes: Uint8Array, from: number) => number;

/** As `FindMarker`, without a module. A call of `indexOf` for each stuffed zero takes longest in large files. */
const findMarker: FindMarker = (bytes, from) => {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1];
    if (code === undefined) return -1;
    if (code > 1 && code < 0xff && (code < 0xd0 || code > 0xd7)) return at;
  }
  return -1;
};

/**
 * The next segment at or after `at`. Skips filler, garbage, stuffed zeros and restart markers, and with them a scan's compressed
 * data. Undefined if the bytes end first. Throws `undecodable` for an impossible length.
 */
export function nextSegment(
  bytes: Uint8Array,
  at: number,
  find: FindMarker = findMarker,
): Segment | undefined {
  const begin = find(bytes, at);
  if (begin < 0) return undefined;
  const code = bytes[begin + 1]!;
  const position = begin + 2;
  if (code === marker.soi || code === marker.eoi) {
    return { marker: code, start: position, end: position };
  }
  const high = bytes[position];
  const low = bytes[position + 1];
  if (high === undefined || low === undefined) return undefined;
  const length = high * 256 + low;
  if (length < 2) {
    throw new AppError(
      'undecodable',
      `jpeg: expected a segment length of 2 or more at byte ${position}, got ${length}`,
    );
  }
  if (position + length > bytes.length) return undefined;
  return { marker: code, start: position + 2, end: position + length };
}

/** Whether a marker starts a frame header (SOF0…SOF15). */
export function isFrameHeader(code: number): boolean {
  return (
    code >= 0xc0 &&
    code <= 0xcf &&
    code !== marker.dht &&
    code !== marker.jpg &&
    code !== marker.dac
  );
}
