// Walks the chunks of a PNG file, checks their checksums and reads the header chunk.
import { AppError } from '../../errors.ts';
import { fourCc, viewOf } from '../bytes.ts';

/** Length of the PNG signature, which comes before the first chunk. */
export const PNG_SIGNATURE_BYTES = 8;
/** Longest payload of a chunk. */
export const MAX_CHUNK_BYTES = 2 ** 31 - 1;

export const chunkType = {
  ihdr: fourCc('IHDR'),
  plte: fourCc('PLTE'),
  trns: fourCc('tRNS'),
  idat: fourCc('IDAT'),
  iend: fourCc('IEND'),
  actl: fourCc('acTL'),
  exif: fourCc('eXIf'),
  iccp: fourCc('iCCP'),
  cicp: fourCc('cICP'),
  srgb: fourCc('sRGB'),
  gama: fourCc('gAMA'),
  chrm: fourCc('cHRM'),
} as const;

export type Chunk = {
  /** The four letters as a number. */
  type: number;
  /** Where the payload begins and ends. Length and type come before it, the checksum after it. */
  start: number;
  end: number;
};

export type PngHeader = {
  width: number;
  height: number;
  bitDepth: number;
  /** 0 grey, 2 colour, 3 palette, 4 grey with alpha, 6 colour with alpha. */
  colorType: number;
  interlaced: boolean;
};

const depthsByColorType: Record<number, number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

const crcTable = new Int32Array(256).map((_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** The CRC of each byte followed by 0, 1, 2 and 3 zeros, so that four bytes are processed in one step. */
const crcTables = [crcTable, crcTable, crcTable, crcTable].map((_, zeros) =>
  crcTable.map((value) => {
    let sum = value;
    for (let i = 0; i < zeros; i++) sum = crcTable[sum & 255]! ^ (sum >>> 8);
    return sum;
  }),
) as [Int32Array, Int32Array, Int32Array, Int32Array];

/** Reads the length and type at `at`; undefined if the bytes end before they do. Throws `undecodable` for a length above 2³¹ − 1. */
export function chunkAt(view: DataView, at: number): Chunk | undefined {
  if (at + 8 > view.byteLength) return undefined;
  const length = view.getUint32(at);
  if (length > MAX_CHUNK_BYTES) {
    throw new AppError('undecodable', `png: a chunk at byte ${at} claims ${length} bytes`);
  }
  return { type: view.getUint32(at + 4), start: at + 8, end: at + 8 + length };
}

/** CRC-32 of bytes `start…end`, 0…2³² − 1; `before` is the CRC of the bytes before them. */
export function crcOf(bytes: Uint8Array, start: number, end: number, before = 0): number {
  const [t0, t1, t2, t3] = crcTables;
  let crc = ~before;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc = t3[crc & 255]! ^ t2[(crc >>> 8) & 255]! ^ t1[(crc >>> 16) & 255]! ^ t0[crc >>> 24]!;
  }
  for (; i < end; i++) crc = t0[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Whether the checksum after a chunk, which must be among the bytes, is that of its type and payload. */
export function crcHolds(bytes: Uint8Array, { start, end }: Chunk): boolean {
  return viewOf(bytes).getUint32(end) === crcOf(bytes, start - 4, end);
}

/** Reads the IHDR chunk at the start of a PNG; undefined if the bytes end first. Throws `undecodable` if it breaks the standard. */
export function readPngHeader(bytes: Uint8Array): PngHeader | undefined {
  const view = viewOf(bytes);
  const chunk = chunkAt(view, PNG_SIGNATURE_BYTES);
  if (!chunk) return undefined;
  if (chunk.type !== chunkType.ihdr || chunk.end - chunk.start !== 13) {
    throw new AppError('undecodable', 'png: expected a header chunk of 13 bytes at the start');
  }
  if (chunk.end + 4 > bytes.length) return undefined;
  if (!crcHolds(bytes, chunk)) {
    throw new AppError('undecodable', 'png: the checksum of the header chunk is wrong');
  }
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  const [bitDepth = 0, colorType = 0, compression, filter, interlace = 0] = bytes.subarray(24, 29);
  if (width === 0 || height === 0 || width > 0x7fffffff || height > 0x7fffffff) {
    throw new AppError(
      'undecodable',
      `png: expected a size from 1 to 2³¹ − 1, got ${width}×${height}`,
    );
  }
  if (!depthsByColorType[colorType]?.includes(bitDepth)) {
    throw new AppError(
      'undecodable',
      `png: colour type ${colorType} with ${bitDepth} bits is not allowed`,
    );
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw new AppError('undecodable', 'png: unknown compression, filter or interlace method');
  }
  return { width, height, bitDepth, colorType, interlaced: interlace === 1 };
}

/** Length in bytes of the transparent colour, by colour type. */
const keyBytes: Record<number, number> = { 0: 2, 2: 6 };

/** Whether the payload of a `tRNS` chunk has a length that its file allows; others are ignored. */
export function fitsTransparency(
  { length }: Uint8Array,
  { colorType }: PngHeader,
  palette: Uint8Array | undefined,
): boolean {
  const key = keyBytes[colorType];
  return key === undefined ? 3 * length <= (palette?.length ?? 0) : length === key;
}
