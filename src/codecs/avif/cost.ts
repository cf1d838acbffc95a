// What decoding and encoding AVIF costs, in work and in memory.
import type { Size } from '../../image.ts';
import type { Cost } from '../../work.ts';
import type { Header } from '../codec.ts';
import { avifSettings, HALF_COLOUR } from './settings.ts';

type File = { header: Header; byteLength: number };

// All memory figures below are fitted to the measured peaks of both modules, for 64×64 to 2048×2048 pixels. The decoder's real
// need differs by up to a sixth in either direction, depending on how many of AV1's filters a file uses.

/** Data and stack of a module. */
const MODULE_BYTES = 6e6;
/** What libaom allocates per picture, whatever its size; colours and alpha are two pictures. */
const PICTURE_BYTES = 1.8e6;

/** An edge rounded up to whole blocks, because frames consist of whole blocks; matters for narrow pictures. */
const inBlocks = (edge: number): number => 64 * Math.ceil(edge / 64);

/** Memory that the decoder needs for a file, in bytes. */
export function avifDecodeHeap({ header, byteLength }: File): number {
  const { samples, alpha } = header;
  const { width, height } = header.coded ?? header;
  const deep = header.bitDepth > 8;
  // The decoder allocates chroma planes at 4:2:0 for grey pictures too.
  const colour = Math.max(1.5, samples - (alpha ? 1 : 0));
  const colourBytes = deep ? 10.6 + 6.5 * colour : 12.4 + 4.2 * colour;
  const perPixel = colourBytes + (alpha ? (deep ? 21 : 15) : 0);
  return (
    MODULE_BYTES +
    PICTURE_BYTES * (alpha ? 2 : 1) +
    byteLength +
    perPixel * inBlocks(width) * inBlocks(height)
  );
}

/** As `Decoder.decodeCost`. `decode.samples` counts the samples of the colour and alpha channels as stored. */
export function avifDecodeCost({ header, byteLength }: File): Cost {
  const { width, height } = header.coded ?? header;
  const pixels = width * height;
  return {
    work: {
      'decode.pictures': header.alpha ? 2 : 1,
      'decode.samples': header.samples * pixels,
      'decode.bytes': byteLength,
    },
    bytes: 4 * pixels + (header.coded ? 4 * header.width * header.height : 0),
    heap: avifDecodeHeap({ header, byteLength }),
  };
}

/** Memory that the encoder needs for a picture, in bytes. Transparency adds none, because it is encoded after the colours. */
export function avifEncodeHeap({ width, height }: Size, { quality }: { quality: number }): number {
  const perPixel = 14.2 + 10.7 * coloursOf(quality);
  return MODULE_BYTES + PICTURE_BYTES + perPixel * inBlocks(width) * inBlocks(height);
}

/** As `Encoder.encodeCost`. `encode.detail` counts the samples, weighted by quality / 100. */
export function avifEncodeCost(
  { width, height }: Size,
  { quality, alpha = false }: { quality: number; alpha?: boolean },
): Cost {
  const samples = (coloursOf(quality) + (alpha ? 1 : 0)) * width * height;
  return {
    work: {
      'encode.pictures': alpha ? 2 : 1,
      'encode.samples': samples,
      'encode.detail': (samples * avifSettings(quality).quality) / 100,
    },
    bytes: FILE_BYTES_PER_PIXEL * width * height,
    heap: avifEncodeHeap({ width, height }, { quality }),
  };
}

/** Upper bound on the size of the file; more than photos at the highest quality need. */
const FILE_BYTES_PER_PIXEL = 1;

/** Colour samples per pixel: 4:2:0 or 4:4:4. */
const coloursOf = (quality: number): number =>
  avifSettings(quality).subsample === HALF_COLOUR ? 1.5 : 3;
