// What decoding and encoding a JPEG costs, in work and in memory.
import type { Size } from '../../image.ts';
import type { Cost } from '../../work.ts';
import type { Probe } from '../codec.ts';

/** TurboJPEG's heap with its tables. */
const DECODER_BYTES = 3e5;
/** Its rows being made, for each pixel across. */
const ROW_BYTES = 50;
/** The encoder's data and stack. */
const ENCODER_BYTES = 3e5;
/** Huffman tables of the decoder of means. */
const MEANS_BYTES = 5e5;

const sampleTerms: Record<number, string> = {
  1: 'decode.fullSamples',
  2: 'decode.halfSamples',
  4: 'decode.quarterSamples',
  8: 'decode.eighthSamples',
};

type Shape = Pick<Probe, 'width' | 'height' | 'samples' | 'progressive'>;
type File<Header = Probe> = { header: Header; byteLength: number; shrink: number };

const areaOf = ({ header: { width, height }, shrink }: File<Shape>): number =>
  Math.ceil(width / shrink) * Math.ceil(height / shrink);

/** Samples as they are coded: blocks at the borders are whole. */
const codedSamples = ({ width, height, samples }: Shape): number =>
  16 * Math.ceil(width / 16) * 16 * Math.ceil(height / 16) * samples;

/** Bytes that TurboJPEG's memory comes to: the file, the picture, rows being made, and for progressive files all coefficients. */
export const decodeHeap = (file: File<Shape>): number =>
  4 * areaOf(file) +
  file.byteLength +
  (file.header.progressive ? 2 * codedSamples(file.header) : 0) +
  ROW_BYTES * file.header.width +
  DECODER_BYTES;

/**
 * As `Codec.decodeCost`. Terms: bytes of the file, pixels of the result, samples of the file by the scale at which they are made, those held
 * back until the last scan; or bytes that are mostly passed over, and blocks of which little more than the mean is read.
 */
export function decodeCost(file: File): Cost {
  const { header, byteLength, shrink } = file;
  const pixels = areaOf(file);
  const samples = codedSamples(header);
  if (header.progressive && shrink === 8) {
    const blocks = samples / 64;
    // Three more coefficients a block, if there are components of less than full resolution.
    const coarse =
      header.samples < header.channels ? (blocks / header.samples) * (header.samples - 1) : 0;
    return {
      work: { 'decode.passedBytes': byteLength, 'decode.meanBlocks': blocks },
      bytes: 4 * pixels + 2 * blocks + 6 * coarse + MEANS_BYTES,
    };
  }
  return {
    work: {
      'decode.bytes': byteLength,
      'decode.pixels': pixels,
      [sampleTerms[shrink]!]: samples,
      ...(header.progressive ? { 'decode.heldSamples': samples } : {}),
    },
    bytes: 4 * pixels,
    heap: decodeHeap(file),
  };
}

/** From this quality on, colour is kept at full resolution (4:4:4), below at half (4:2:0). */
export const FULL_COLOR_QUALITY = 90;
/** The encoder holds every pixel twice and every coefficient, so a larger picture goes through it in strips. */
const WHOLE_PIXELS = 786_432;
/** Pixels of a strip; the encoder's heap does not grow for them. */
const STRIP_PIXELS = 524_288;
/** Strips end between units, which are this high at most. */
const UNIT_ROWS = 16;

/** Rows that are encoded at a time. */
export function stripRows({ width, height }: Size): number {
  if (width * height <= WHOLE_PIXELS) return height;
  return UNIT_ROWS * Math.max(1, Math.floor(STRIP_PIXELS / width / UNIT_ROWS));
}

const isFull = (quality: number): boolean => quality >= FULL_COLOR_QUALITY;

/** Bytes that the encoder's memory comes to for pixels that go through it at once. */
export const encodeHeap = (pixels: number, quality: number): number =>
  ENCODER_BYTES + pixels * (isFull(quality) ? 21 : 15);

/** As `Codec.encodeCost`. Terms: pixels, by how much of their colour is kept, and again by the share of the quality that they keep. */
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
    // All strips and the file that they become are there at once.
    bytes: file * (strip < pixels ? 2 : 1),
    heap: encodeHeap(strip, quality),
  };
}
