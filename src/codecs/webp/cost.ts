// What decoding and encoding WebP costs, in work and in memory.
import type { Size } from '../../image.ts';
import type { Cost, Work } from '../../work.ts';
import type { EncodeCostOptions, Header } from '../codec.ts';

// All memory figures below are fitted to the measured peaks of both modules, for 16×16 to 2048×2048 pixels.

/** Data and stack of a module. */
const MODULE_BYTES = 0.25e6;
/** What libwebp's lossless coder, which also encodes alpha channels, allocates whatever the size. */
const LOSSLESS_BYTES = 1e6;

/** Memory that the decoder needs for a file, in bytes. `lossy`: the file is known to have no losslessly coded part. */
export function webpDecodeHeap(
  { width, height }: Size,
  file: { byteLength: number; lossy: boolean },
) {
  return MODULE_BYTES + file.byteLength + (file.lossy ? 4.6 : 10.6) * width * height;
}

/** As `Decoder.decodeCost`. */
export function webpDecodeCost({
  header,
  byteLength,
}: {
  header: Header;
  byteLength: number;
}): Cost {
  const pixels = header.width * header.height;
  const lossy = header.samples < header.channels;
  return {
    work: { 'decode.pixels': pixels, 'decode.bytes': byteLength / header.frames },
    // A frame of an animation is drawn onto a canvas.
    bytes: (header.frames > 1 ? 8 : 4) * pixels,
    heap: webpDecodeHeap(header, { byteLength, lossy }),
  };
}

/** As `FrameReader.cost`: the canvas, the frame that is drawn on it, and a copy that is given out. */
export const webpFrameCost = (file: { header: Header; byteLength: number }): Cost => ({
  ...webpDecodeCost(file),
  bytes: 12 * file.header.width * file.header.height,
});

/** Memory that the encoder needs for a picture, in bytes. */
export function webpEncodeHeap(
  { width, height }: Size,
  { quality, alpha = false, lossless = false }: EncodeCostOptions,
) {
  const pixels = width * height;
  if (lossless) return MODULE_BYTES + LOSSLESS_BYTES + 49 * pixels;
  const perPixel = alpha ? 29.5 : 9.8 + quality / 60;
  return MODULE_BYTES + (alpha ? LOSSLESS_BYTES : 0) + perPixel * pixels;
}

/** Largest still picture of few colours that is encoded without loss too, to see whether that is smaller, in pixels: it takes 14 MB. */
const MOST_TRIED_STILL_PIXELS = 2 ** 18;

/** Whether a still picture is encoded without loss too if its colours are few. */
export const isTriedLossless = ({ width, height }: Size): boolean =>
  width * height <= MOST_TRIED_STILL_PIXELS;

/**
 * As `Encoder.encodeCost`. `encode.detail` counts the pixels, weighted by quality / 100. A try without loss is not counted as work: it takes
 * less than the margin of the estimate.
 */
export function webpEncodeCost(size: Size, options: EncodeCostOptions): Cost {
  const pixels = size.width * size.height;
  const { lossless = false } = options;
  return {
    work: lossless ? losslessWork(pixels, options) : lossyWork(pixels, options),
    bytes: (lossless ? RAW_BYTES_PER_PIXEL : FILE_BYTES_PER_PIXEL) * pixels,
    heap: Math.max(
      webpEncodeHeap(size, options),
      isTriedLossless(size) ? webpEncodeHeap(size, { ...options, lossless: true }) : 0,
    ),
  };
}

const lossyWork = (pixels: number, { quality, alpha = false }: EncodeCostOptions): Work => ({
  'encode.pictures': 1,
  'encode.pixels': pixels,
  'encode.detail': (pixels * quality) / 100,
  'encode.alpha': alpha ? pixels : 0,
});

const losslessWork = (pixels: number, { palette = false }: EncodeCostOptions): Work => ({
  'encode.losslessPictures': 1,
  'encode.losslessPixels': palette ? 0 : pixels,
  'encode.palettePixels': palette ? pixels : 0,
});

/** Upper bound on the size of the file; more than photos at the highest quality need. */
const FILE_BYTES_PER_PIXEL = 0.7;
/** The same without loss: noise does not compress. */
const RAW_BYTES_PER_PIXEL = 4.1;
/** The same without loss for at most 256 colours. */
const PALETTE_BYTES_PER_PIXEL = 1.1;

/** Largest part of a frame that is encoded without loss to see whether that is smaller, in pixels: it takes 26 MB. */
export const MOST_TRIED_PIXELS = 2 ** 19;

/**
 * As `FrameWriter.cost`. Held are three pictures: the new one, the one before, and the part that differs. A try without loss is not counted
 * as work: only two frames have it, and one takes less than the margin of the estimate.
 */
export const webpWriteCost = (size: Size, options: EncodeCostOptions): Cost & { kept: number } => {
  const { work, bytes, heap = 0 } = webpEncodeCost(size, options);
  const isTried = !options.lossless && size.width * size.height <= MOST_TRIED_PIXELS;
  const tried = isTried ? webpEncodeCost(size, { ...options, lossless: true }) : undefined;
  return {
    work,
    bytes: bytes + (tried?.bytes ?? 0) + 12 * size.width * size.height,
    heap: Math.max(heap, tried?.heap ?? 0),
    kept: isTried ? PALETTE_BYTES_PER_PIXEL * size.width * size.height : bytes,
  };
};
