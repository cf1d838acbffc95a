// What decoding and encoding a PNG take.
import type { Size } from '../../image.ts';
import type { Cost } from '../../work.ts';
import type { Probe } from '../codec.ts';
import { INFLATED_BYTES } from './read/inflate.ts';
import { SAMPLE_BYTES } from './write/encode.ts';

/** Inflated bytes that wait to be read, those being read, and pieces of the file. */
const INFLATER_BYTES = 4 * INFLATED_BYTES;

/** Linear in the compressed bytes, the filtered ones, the pixels of the file, and those that are means. */
export function pngDecodeCost({
  header: { width, height, samples, bitDepth },
  byteLength,
  shrink,
}: {
  header: Probe;
  byteLength: number;
  shrink: number;
}): Cost {
  const rowBytes = (width * samples * bitDepth) / 8;
  const columns = Math.ceil(width / shrink);
  const result = 4 * columns * Math.ceil(height / shrink);
  return {
    work: {
      'decode.files': 1,
      'decode.bytes': byteLength,
      'decode.raw': height * (rowBytes + 1),
      'decode.pixels': width * height,
      'decode.means': shrink > 1 ? result / 4 : 0,
    },
    bytes: INFLATER_BYTES + 2 * rowBytes + 4 * width + 32 * columns + result,
  };
}

/** Filters are compared on samples of `SAMPLE_BYTES`, each compressed; then the whole is. */
export function pngEncodeCost({ width, height }: Size): Cost {
  const pixels = width * height;
  const raw = height * (4 * width + 1);
  return {
    work: {
      'encode.files': 1,
      'encode.pixels': pixels,
      'encode.sampled': Math.min(SAMPLE_BYTES, raw),
    },
    // Tidied pixels and palette indices; noise does not compress, and is joined to a stream, then to a file.
    bytes: 5 * pixels + 2 * raw,
  };
}
