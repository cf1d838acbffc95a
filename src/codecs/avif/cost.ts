// What decoding and encoding AVIF takes, as counts of work and as memory.
import type { Size } from '../../image.ts';
import type { Cost } from '../../work.ts';
import type { Probe } from '../codec.ts';
import { avifSettings } from './settings.ts';

type File = { header: Probe; byteLength: number };

// Bytes, fitted to the peaks of both modules for 64×64 to 2048×2048 pixels: their data and stack, and what libaom takes a picture.
// Files that use more of AV1's filters take up to a sixth more in the decoder than these say, others as much less.
const MODULE_BYTES = 6e6;
const PICTURE_BYTES = 1.8e6;

/** Frames consist of whole blocks, which counts for narrow pictures. */
const inBlocks = (edge: number): number => 64 * Math.ceil(edge / 64);

/** Bytes that the decoder's memory comes to for a file. */
export function avifDecodeHeap({ header, byteLength }: File): number {
  const { width, height, samples, alpha } = header;
  const deep = header.bitDepth > 8;
  // The decoder gives pictures without colour the room of half colour all the same.
  const colour = Math.max(1.5, samples - (alpha ? 1 : 0));
  const colours = deep ? 10.6 + 6.5 * colour : 12.4 + 4.2 * colour;
  const perPixel = colours + (alpha ? (deep ? 21 : 15) : 0);
  return (
    MODULE_BYTES +
    PICTURE_BYTES * (alpha ? 2 : 1) +
    byteLength +
    perPixel * inBlocks(width) * inBlocks(height)
  );
}

/** What decoding takes; `decode.samples` are those of the colour and alpha channels as stored. */
export function avifDecodeCost({ header, byteLength }: File): Cost {
  const pixels = header.width * header.height;
  return {
    work: {
      'decode.pictures': header.alpha ? 2 : 1,
      'decode.samples': header.samples * pixels,
      'decode.bytes': byteLength,
    },
    bytes: 4 * pixels,
    heap: avifDecodeHeap({ header, byteLength }),
  };
}

/** Bytes that the encoder's memory comes to for a picture. Transparency adds none: it is encoded after the colours. */
export function avifEncodeHeap({ width, height }: Size, { quality }: { quality: number }): number {
  const perPixel = 14.2 + 10.7 * coloursOf(quality);
  return MODULE_BYTES + PICTURE_BYTES + perPixel * inBlocks(width) * inBlocks(height);
}

/** What encoding takes; `encode.detail` are the samples again, by the share of the quality that they keep. */
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
    bytes: FILE_BYTES * width * height,
    heap: avifEncodeHeap({ width, height }, { quality }),
  };
}

/** Of a pixel; more than photos of the highest quality have. */
const FILE_BYTES = 1;

const coloursOf = (quality: number): number => (avifSettings(quality).subsample === 1 ? 1.5 : 3);
