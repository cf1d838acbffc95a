// What decoding and encoding WebP takes, as counts of work and as memory.
import type { Size } from '../../image.ts';
import type { Cost } from '../../work.ts';
import type { Probe } from '../codec.ts';

type Options = { quality: number; alpha?: boolean };

// Bytes, fitted to the peaks of both modules for 16×16 to 2048×2048 pixels. What a picture's alpha channel takes is libwebp's lossless coder.
const MODULE_BYTES = 0.25e6;
const ALPHA_BYTES = 1e6;

/** Bytes that the decoder's memory comes to for a file; `lossy` where it is known to have no part that is coded without loss. */
export function webpDecodeHeap(
  { width, height }: Size,
  file: { byteLength: number; lossy: boolean },
) {
  return MODULE_BYTES + file.byteLength + (file.lossy ? 4.6 : 10.6) * width * height;
}

/** What decoding takes. */
export function webpDecodeCost({
  header,
  byteLength,
}: {
  header: Probe;
  byteLength: number;
}): Cost {
  const pixels = header.width * header.height;
  const lossy = header.samples < header.channels;
  return {
    work: { 'decode.pixels': pixels, 'decode.bytes': byteLength },
    bytes: 4 * pixels,
    heap: webpDecodeHeap(header, { byteLength, lossy }),
  };
}

/** Bytes that the encoder's memory comes to for a picture. */
export function webpEncodeHeap({ width, height }: Size, { quality, alpha = false }: Options) {
  const perPixel = alpha ? 29.5 : 9.8 + quality / 60;
  return MODULE_BYTES + (alpha ? ALPHA_BYTES : 0) + perPixel * width * height;
}

/** What encoding takes; `encode.detail` are the pixels again, by the share of the quality that they keep. */
export function webpEncodeCost({ width, height }: Size, { quality, alpha = false }: Options): Cost {
  const pixels = width * height;
  return {
    work: {
      'encode.pictures': 1,
      'encode.pixels': pixels,
      'encode.detail': (pixels * quality) / 100,
      'encode.alpha': alpha ? pixels : 0,
    },
    bytes: FILE_BYTES * pixels,
    heap: webpEncodeHeap({ width, height }, { quality, alpha }),
  };
}

/** Of a pixel; more than photos of the highest quality have. */
const FILE_BYTES = 0.7;
