// What decoding and encoding GIF costs, in work and in memory.
import type { Size } from '../../image.ts';
import type { Cost } from '../../work.ts';
import type { Header } from '../codec.ts';

/** Tables and rows of the decoder. */
const TABLE_BYTES = 3e5;

/** As `Decoder.decodeCost`. The work counts pixels of the canvas, and bytes of one frame. */
export function gifDecodeCost({
  header: { width, height, frames },
  byteLength,
}: {
  header: Header;
  byteLength: number;
}): Cost {
  const pixels = width * height;
  return {
    work: { 'decode.files': 1, 'decode.bytes': byteLength / frames, 'decode.pixels': pixels },
    bytes: 4 * pixels + TABLE_BYTES,
  };
}

/** As `FrameReader.cost`: the canvas, a copy that is given out, and one to which the next frame returns. */
export const gifFrameCost = (file: { header: Header; byteLength: number }): Cost => ({
  ...gifDecodeCost(file),
  bytes: 12 * file.header.width * file.header.height + TABLE_BYTES,
});

/** Tables of the encoder: histograms of colours, and strings by their codes. */
const ENCODER_BYTES = 4e6;
/** Most bytes of a packed pixel: a code of 12 bits. */
const PACKED_BYTES = 1.5;

/** Most bins of colours from which a palette is made. */
const MOST_BINS = 2 ** 15;

/** As `Encoder.encodeCost`. */
export function gifEncodeCost(size: Size): Cost {
  const { work, bytes } = gifWriteCost(size);
  return { work: { ...work, 'encode.files': 1 }, bytes };
}

/**
 * As `FrameWriter.cost`. Any frame may need a palette of its own, and each pixel of noise has a colour of its own. Held are three pictures:
 * the new one, the one before, and the canvas.
 */
export function gifWriteCost({ width, height }: Size): Cost & { kept: number } {
  const pixels = width * height;
  return {
    work: {
      'encode.frames': 1,
      'encode.bins': Math.min(pixels, MOST_BINS),
      'encode.pixels': pixels,
    },
    bytes: ENCODER_BYTES + (12 + PACKED_BYTES) * pixels,
    kept: PACKED_BYTES * pixels,
  };
}
