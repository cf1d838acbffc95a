// What decoding and encoding JPEG costs, in work and in memory.
import type { Size } from '../../image.ts';
import type { Cost } from '../../work.ts';
import type { Header } from '../codec.ts';
import type { JpegFrame } from './frame.ts';
import { blockBytesOf } from './scaled/scaled.ts';

/** Data, stack and tables of TurboJPEG. */
const DECODER_BYTES = 3e5;
/** TurboJPEG's buffers for the rows it is decoding, per pixel of width. */
const ROW_BYTES_PER_PIXEL = 50;
/** Data and stack of the encoder. */
const ENCODER_BYTES = 3e5;
/** Tables and buffers of the decoder of scaled pictures (`scaled/assembly/memory.ts`). */
const SCALED_BYTES = 4.6e5;

/** The term that counts samples, by `shrink`. */
const sampleTerms: Record<number, string> = {
  1: 'decode.fullSamples',
  2: 'decode.halfSamples',
  4: 'decode.quarterSamples',
  8: 'decode.eighthSamples',
};

type Shape = Pick<Header, 'width' | 'height' | 'samples' | 'progressive'>;
type File = { header: Shape; byteLength: number; shrink: number };

/** What costs depend on, of a frame. */
export function headerOf({
  width,
  height,
  components,
  maxH,
  maxV,
}: JpegFrame): Pick<Header, 'width' | 'height' | 'samples' | 'channels'> {
  const samples = components.reduce((sum, { h, v }) => sum + h * v, 0) / (maxH * maxV);
  return { width, height, samples, channels: components.length };
}

const areaOf = ({ header: { width, height }, shrink }: File): number =>
  Math.ceil(width / shrink) * Math.ceil(height / shrink);

/** Samples as they are coded: blocks at the borders are coded whole. */
const codedSamples = ({ width, height, samples }: Shape): number =>
  16 * Math.ceil(width / 16) * 16 * Math.ceil(height / 16) * samples;

/** Memory that TurboJPEG needs, in bytes: the file, the picture, rows being decoded, and for progressive files all coefficients. */
export const decodeHeap = (file: File): number =>
  4 * areaOf(file) +
  file.byteLength +
  (file.header.progressive ? 2 * codedSamples(file.header) : 0) +
  ROW_BYTES_PER_PIXEL * file.header.width +
  DECODER_BYTES;

/** Blocks of 8×8 samples, and those of components of lower resolution. */
function blocksOf(header: Shape & Pick<Header, 'channels'>): { blocks: number; coarse: number } {
  const blocks = codedSamples(header) / 64;
  const isCoarse = header.samples < header.channels;
  return { blocks, coarse: isCoarse ? (blocks / header.samples) * (header.samples - 1) : 0 };
}

/**
 * Memory that decoding to a fraction of the size needs, in bytes: rows being decoded, and if components come in several scans (`buffered`)
 * coefficients and samples of all blocks, or their sums.
 */
export function scaledHeap({
  header,
  shrink,
  buffered,
}: {
  header: Omit<Shape, 'progressive'> & Pick<Header, 'channels'>;
  shrink: number;
  buffered: boolean;
}): number {
  const width = Math.ceil(header.width / shrink);
  // Of each component 16 rows of samples at most, and the pixels that they become.
  const rows = (16 / shrink) * width * (4 * header.channels + 4) + 4096;
  if (!buffered) return SCALED_BYTES + rows;
  const { blocks, coarse } = blocksOf({ ...header, progressive: true });
  if (shrink === 8) return SCALED_BYTES + rows + 3 * blocks + 9 * coarse;
  const samples = 8 / shrink;
  const held = (blocks - coarse) * blockBytesOf(samples) + coarse * blockBytesOf(2 * samples);
  return SCALED_BYTES + 2 * rows + held;
}

/**
 * As `Decoder.decodeCost`. The terms count bytes of the file, pixels of the result, samples of the file by the scale at which
 * they are decoded, and samples of progressive files, which are held until the last scan or added to means. If only DC
 * coefficients are read, they count bytes, most of which are skipped, and blocks.
 */
export function decodeCost(file: { header: Header; byteLength: number; shrink: number }): Cost {
  const { header, byteLength, shrink } = file;
  const pixels = areaOf(file);
  const samples = codedSamples(header);
  if (header.progressive && shrink === 8) {
    return {
      work: { 'decode.passedBytes': byteLength, 'decode.meanBlocks': blocksOf(header).blocks },
      bytes: 4 * pixels,
      heap: scaledHeap({ header, shrink, buffered: true }),
    };
  }
  return {
    work: {
      'decode.bytes': byteLength,
      'decode.pixels': pixels,
      [sampleTerms[shrink]!]: samples,
      ...(header.progressive
        ? { [shrink === 1 ? 'decode.heldSamples' : 'decode.summedSamples']: samples }
        : {}),
    },
    bytes: 4 * pixels,
    heap: decodeHeap(file),
  };
}

/** From this quality on, colour keeps its full resolution (4:4:4); below, it has half (4:2:0). */
export const FULL_COLOUR_QUALITY = 90;
/** A picture of more pixels is encoded in strips, because the encoder holds every pixel twice and every coefficient. */
const MAX_WHOLE_PIXELS = 786_432;
/** Most pixels of a strip; the encoder's memory does not grow for so few. */
const STRIP_PIXELS = 524_288;
/** The greatest height of a coded unit, in rows; strips end between units. */
const UNIT_ROWS = 16;

/** Number of rows that are encoded at a time. */
export function stripRows({ width, height }: Size): number {
  if (width * height <= MAX_WHOLE_PIXELS) return height;
  return UNIT_ROWS * Math.max(1, Math.floor(STRIP_PIXELS / width / UNIT_ROWS));
}

const isFull = (quality: number): boolean => quality >= FULL_COLOUR_QUALITY;

/** Memory that the encoder needs for a strip of so many pixels, in bytes. */
export const encodeHeap = (pixels: number, quality: number): number =>
  ENCODER_BYTES + pixels * (isFull(quality) ? 21 : 15);

/** As `Encoder.encodeCost`. The terms count pixels by colour resolution, and pixels weighted by quality / 100. */
export function encodeCost(size: Size, { quality }: { quality: number }): Cost {
  const pixels = size.width * size.height;
  const strip = Math.min(size.height, stripRows(size)) * size.width;
  const file = pixels * (isFull(quality) ? 1 : 0.5);
  return {
    work: {
      'encode.pictures': 1,
      [isFull(quality) ? 'encode.fullColourPixels' : 'encode.halfColourPixels']: pixels,
      'encode.detail': (pixels * quality) / 100,
    },
    // The strips and the file that is joined from them exist at the same time.
    bytes: file * (strip < pixels ? 2 : 1),
    heap: encodeHeap(strip, quality),
  };
}
