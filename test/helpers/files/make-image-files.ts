// Writes small image files by hand, byte for byte, so that tests know their pixels.
import { crc32, deflateSync } from 'node:zlib';
import type { Image } from '../../../src/image.ts';

/** Joins byte strings and ASCII text. */
export function bytesOf(...parts: (string | number[] | Uint8Array)[]): Uint8Array {
  const pieces = parts.map((part) =>
    typeof part === 'string' ? Buffer.from(part, 'latin1') : Uint8Array.from(part),
  );
  return new Uint8Array(Buffer.concat(pieces));
}

/** An unsigned number as bytes. */
export function uint(value: number, bytes: number, { little = false } = {}): number[] {
  const big = Array.from(
    { length: bytes },
    (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) % 256,
  );
  return little ? big.reverse() : big;
}

/** A picture whose pixels come from a function of x and y. */
export function makeImage(
  width: number,
  height: number,
  pixel: (x: number, y: number) => [number, number, number, number],
): Image {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(pixel(x, y), 4 * (y * width + x));
  }
  return { width, height, data };
}

/** An EXIF block (a TIFF header and one directory), without `Exif\0\0` in front. */
export function makeExif(orientation: number, { little = true, type = 3, tag = 0x0112 } = {}) {
  const n = (value: number, bytes: number) => uint(value, bytes, { little });
  const make = [...n(0x010f, 2), ...n(2, 2), ...n(4, 4), ...bytesOf('cam\0')];
  const value = [...n(orientation, 2), 0, 0];
  const entry = [...n(tag, 2), ...n(type, 2), ...n(1, 4), ...value];
  return bytesOf(little ? 'II' : 'MM', n(42, 2), n(8, 4), n(2, 2), make, entry, n(0, 4));
}

export function pngChunk(type: string, payload: Uint8Array | number[] = []): Uint8Array {
  const body = bytesOf(type, payload);
  return bytesOf(uint(body.length - 4, 4), body, uint(crc32(body), 4));
}

export type PngOptions = {
  width: number;
  height: number;
  colorType: 0 | 2 | 3 | 4 | 6;
  bitDepth: 1 | 2 | 4 | 8 | 16;
  /** Samples of a pixel, as many as the colour type has, in the range of the bit depth. */
  samples: (x: number, y: number) => number[];
  interlaced?: boolean;
  /** `PLTE` entries and `tRNS` bytes. */
  palette?: number[][];
  transparency?: number[];
  /** Chunks between header and pixels, and between pixels and end. */
  before?: Uint8Array[];
  after?: Uint8Array[];
  /** Number of IDAT chunks. */
  parts?: number;
  /** Rows to leave out of the compressed pixels, for a broken file. */
  missingRows?: number;
  /** Filter types of the file's rows, in turn; unless given, 0 for the first row of a pass and 2 for the others. */
  filters?: readonly number[];
};

/** First column, first row, column step and row step of Adam7's seven passes. */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** A PNG of any colour type and depth. */
export function makePng(options: PngOptions): Uint8Array {
  const { width, height, colorType, bitDepth, interlaced = false, parts = 1 } = options;
  const pixelBits = bitDepth * options.samples(0, 0).length;
  const passes = interlaced ? adam7 : ([[0, 0, 1, 1]] as const);
  const rows: number[][] = [];
  for (const [x0, y0, dx, dy] of passes) {
    let above: number[] = [];
    for (let y = y0; y < height && x0 < width; y += dy) {
      const samples: number[] = [];
      for (let x = x0; x < width; x += dx) samples.push(...options.samples(x, y));
      const row = packRow(samples, bitDepth);
      const type = options.filters
        ? (options.filters[rows.length % options.filters.length] ?? 0)
        : y % 2 && above.length > 0
          ? 2
          : 0;
      rows.push([type, ...filterBytes(row, above, type, Math.max(1, pixelBits / 8))]);
      above = row;
    }
  }
  const kept = rows.slice(0, rows.length - (options.missingRows ?? 0));
  const pixels = new Uint8Array(deflateSync(Uint8Array.from(kept.flat())));
  const size = Math.ceil(pixels.length / parts);
  return bytesOf(
    [0x89],
    'PNG\r\n\x1a\n',
    pngChunk('IHDR', pngHeader({ width, height, bitDepth, colorType, interlaced })),
    ...(options.palette ? [pngChunk('PLTE', options.palette.flat())] : []),
    ...(options.transparency ? [pngChunk('tRNS', options.transparency)] : []),
    ...(options.before ?? []),
    ...Array.from({ length: parts }, (_, i) =>
      pngChunk('IDAT', pixels.subarray(i * size, (i + 1) * size)),
    ),
    ...(options.after ?? []),
    pngChunk('IEND'),
  );
}

/** The differences of a row by the standard's definition of the filter types. */
function filterBytes(row: number[], above: number[], type: number, pixelBytes: number): number[] {
  return row.map((x, i) => {
    const a = row[i - pixelBytes] ?? 0;
    const b = above[i] ?? 0;
    const c = above[i - pixelBytes] ?? 0;
    const nearest = [a, b, c].reduce((best, n) =>
      Math.abs(a + b - c - n) < Math.abs(a + b - c - best) ? n : best,
    );
    return (x - ([0, a, b, (a + b) >> 1, nearest][type] ?? 0)) & 255;
  });
}

/** The 13 bytes of an IHDR chunk. */
export function pngHeader({
  width,
  height,
  bitDepth = 8,
  colorType = 6,
  interlaced = false,
}: {
  width: number;
  height: number;
  bitDepth?: number;
  colorType?: number;
  interlaced?: boolean;
}): number[] {
  return [...uint(width, 4), ...uint(height, 4), bitDepth, colorType, 0, 0, interlaced ? 1 : 0];
}

function packRow(samples: number[], bitDepth: number): number[] {
  if (bitDepth === 16) return samples.flatMap((sample) => uint(sample, 2));
  if (bitDepth === 8) return samples;
  const perByte = 8 / bitDepth;
  const row = new Array<number>(Math.ceil(samples.length / perByte)).fill(0);
  samples.forEach((sample, i) => {
    const shift = 8 - bitDepth * ((i % perByte) + 1);
    row[Math.floor(i / perByte)] = (row[Math.floor(i / perByte)] ?? 0) | (sample << shift);
  });
  return row;
}

/** A PNG whose pixels are this zlib stream. */
export const pngOfStream = (
  header: Parameters<typeof pngHeader>[0],
  stream: Uint8Array,
): Uint8Array =>
  bytesOf(
    [0x89],
    'PNG\r\n\x1a\n',
    pngChunk('IHDR', pngHeader(header)),
    pngChunk('IDAT', stream),
    pngChunk('IEND'),
  );

/** A marker segment with its length. */
export function jpegSegment(marker: number, payload: Uint8Array | number[]): Uint8Array {
  return bytesOf([0xff, marker], uint(payload.length + 2, 2), payload);
}

/** Inserts a segment right after the start of a JPEG. */
export function withJpegSegment(jpeg: Uint8Array, marker: number, payload: Uint8Array | number[]) {
  return bytesOf(jpeg.subarray(0, 2), jpegSegment(marker, payload), jpeg.subarray(2));
}

/** A JPEG with an EXIF orientation. */
export function withExif(jpeg: Uint8Array, exif: Uint8Array): Uint8Array {
  return withJpegSegment(jpeg, 0xe1, bytesOf('Exif\0\0', exif));
}

/** A JPEG without pixel data: start, the given segments, frame, an empty scan, end. */
export function makeJpegHeader({
  width,
  height,
  components = 3,
  bitDepth = 8,
  frame = 0xc0,
  segments = [],
  scans = 1,
}: {
  width: number;
  height: number;
  components?: number;
  bitDepth?: number;
  frame?: number;
  segments?: Uint8Array[];
  scans?: number;
}): Uint8Array {
  const ids = Array.from({ length: components }, (_, i) => i + 1);
  const sof = [bitDepth, ...uint(height, 2), ...uint(width, 2), components];
  const sos = [components, ...ids.flatMap((id) => [id, 0]), 0, 63, 0];
  return bytesOf(
    [0xff, 0xd8],
    ...segments,
    jpegSegment(frame, [...sof, ...ids.flatMap((id) => [id, 0x11, 0])]),
    ...Array.from({ length: scans }, () => bytesOf(jpegSegment(0xda, sos), [0x12, 0xff, 0, 0x34])),
    [0xff, 0xd9],
  );
}

export function webpChunk(type: string, payload: Uint8Array | number[]): Uint8Array {
  return bytesOf(
    type,
    uint(payload.length, 4, { little: true }),
    payload,
    payload.length % 2 ? [0] : [],
  );
}

export function makeWebp(...chunks: Uint8Array[]): Uint8Array {
  const body = bytesOf('WEBP', ...chunks);
  return bytesOf('RIFF', uint(body.length, 4, { little: true }), body);
}

/** The payload of a VP8X chunk; `flags` as in the container specification. */
export function vp8x(flags: number, width: number, height: number): number[] {
  const little = { little: true };
  return [flags, 0, 0, 0, ...uint(width - 1, 3, little), ...uint(height - 1, 3, little)];
}

/** The payload of a VP8 chunk that holds a frame header only. */
export function vp8Header(width: number, height: number): number[] {
  const little = { little: true };
  return [0x10, 0, 0, 0x9d, 1, 0x2a, ...uint(width, 2, little), ...uint(height, 2, little)];
}
