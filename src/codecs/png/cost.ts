// What decoding and encoding PNG costs, in work and in memory.
import type { Size } from '../../image.ts';
import type { Cost } from '../../work.ts';
import type { EncodeCostOptions, Header } from '../codec.ts';
import { INFLATER_BYTES } from './read/decode.ts';
import { SAMPLE_BYTES } from './write/encode.ts';

/** As `Decoder.decodeCost`. The work counts compressed bytes, decompressed bytes, pixels of the file, and pixels of a shrunk result. */
export function pngDecodeCost({
  header: { width, height, samples, bitDepth },
  byteLength,
  shrink,
}: {
  header: Header;
  byteLength: number;
  shrink: number;
}): Cost {
  const rowBytes = (width * samples * bitDepth) / 8;
  const columns = Math.ceil(width / shrink);
  const result = 4 * columns * Math.ceil(height / shrink);
  return {
    work: {
      'decode.files': 1,
      'decode.rows': height,
      'decode.bytes': byteLength,
      'decode.raw': height * (rowBytes + 1),
      'decode.pixels': width * height,
      'decode.means': shrink > 1 ? result / 4 : 0,
    },
    bytes: INFLATER_BYTES + 2 * rowBytes + 4 * width + 32 * columns + result,
  };
}

/** As `Encoder.encodeCost`. `encode.sampled` counts the bytes on which filters are compared before the whole picture is compressed. */
export function pngEncodeCost(
  { width, height }: Size,
  { palette = false }: Pick<EncodeCostOptions, 'palette'> = {},
): Cost {
  const pixels = width * height;
  const raw = height * ((palette ? 1 : 4) * width + 1);
  return {
    work: {
      'encode.files': 1,
      'encode.rows': height,
      'encode.pixels': palette ? 0 : pixels,
      'encode.palettePixels': palette ? pixels : 0,
      'encode.sampled': palette ? 0 : Math.min(SAMPLE_BYTES, raw),
    },
    // 5 bytes per pixel: a copy of the pixels, and palette indices. Noise does not compress: its stream and its file are as long as the rows.
    bytes: 5 * pixels + 2 * raw,
  };
}
