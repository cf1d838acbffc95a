// Decodes files by a service outside of this process, for pictures that the process cannot hold or does not read.
import { AppError } from '../../errors.ts';
import type { Image, Size } from '../../image.ts';
import { release } from '../../release.ts';
import type { Decoder, Header, Probe } from '../codec.ts';
import { coloursOf } from '../icc/icc.ts';
import { probe } from '../probe/probe.ts';

/** A PNG that the service made; disposing of it gives its memory back. */
export type ShrunkFile = Disposable & { bytes: Uint8Array };

/** The service: decodes a file, shrinks the picture, and hands back a PNG. */
export type ShrinkDecoder = {
  /** What messages call it, such as `the Images binding (IMAGES)`. */
  name: string;
  /** Whether it is made for such a file. */
  takes: (file: { header: Probe; byteLength: number }) => boolean;
  /**
   * The first frame, upright, in sRGB and with its transparency, as a PNG of at most `maxBytes`. The picture fits into `size` with its own
   * aspect ratio, and is not enlarged. Throws `format_unsupported` for a file that the service does not take after all, `undecodable` for a
   * broken one, `busy`, and `backend_unavailable` if the service fails or is too slow.
   */
  shrink: (bytes: Uint8Array, size: Size, maxBytes: number) => Promise<ShrunkFile>;
};

/** Bytes per pixel of a PNG that does not compress, and bytes of its chunks. */
const PNG_BYTES_PER_PIXEL = 4.1;
const PNG_CHUNK_BYTES = 64 * 1024;

/** Most bytes of a PNG: a picture of 3 megapixels. A larger one would take too much memory beside its pixels. */
export const MAX_SHRUNK_BYTES = 3e6 * PNG_BYTES_PER_PIXEL + PNG_CHUNK_BYTES;

/** The most bytes that the PNG of a picture may have. */
export const shrunkBytes = ({ width, height }: Size): number =>
  Math.ceil(PNG_BYTES_PER_PIXEL * width * height) + PNG_CHUNK_BYTES;

/** A picture as the service hands it back: as the header says, but upright, with 8 bits per channel. */
export const uprightHeader = (header: Probe): Probe => {
  const { width, height, orientation, alpha } = header;
  const turned = orientation > 4;
  return {
    format: header.format,
    width: turned ? height : width,
    height: turned ? width : height,
    bitDepth: 8,
    channels: alpha ? 4 : 3,
    samples: alpha ? 4 : 3,
    alpha,
    orientation: 1,
    frames: 1,
    progressive: false,
  };
};

/** Decodes the PNGs that the service makes of a file with this upright header; it costs what such a PNG costs, whose owner is `png`. */
export function createOutsideDecoder(header: Probe, png: Decoder): Decoder {
  const sizeOf = (shrink: number): Size => ({
    width: Math.ceil(header.width / shrink),
    height: Math.ceil(header.height / shrink),
  });
  return {
    // Memory for the PNG itself is accounted for by the service.
    shrink: (_, atMost) => Math.max(1, Math.floor(atMost)),
    decodeCost({ shrink }) {
      const size = sizeOf(shrink);
      const shown: Header = { ...header, ...size };
      const byteLength = shrunkBytes(size);
      const cost = png.decodeCost({ header: shown, byteLength, shrink: 1 });
      return byteLength <= MAX_SHRUNK_BYTES ? cost : { ...cost, bytes: Infinity };
    },
    async decode(bytes, { shrink = 1, pace } = {}) {
      const size = sizeOf(shrink);
      const made = checkedHeader(bytes, size);
      const image = await png.decode(bytes, pace && { pace });
      await coloursOf(bytes, made).convert?.(image);
      return filled(image, size);
    },
  };
}

/** The header of the PNG. Throws `backend_unavailable` if it is none, and `undecodable` if its size shows that the header of the file was wrong. */
function checkedHeader(bytes: Uint8Array, { width, height }: Size): Probe {
  const made = headerOf(bytes);
  if (made?.format !== 'png' || made.progressive || made.bitDepth > 8) {
    throw new AppError(
      'backend_unavailable',
      `expected a plain PNG from the decoder outside, got ${made ? `${made.format} of ${made.bitDepth} bits` : 'other bytes'}`,
      { retryable: true, retryAfter: RETRY_AFTER_S },
    );
  }
  const [right, down] = [width - made.width, height - made.height];
  if (Math.min(right, down) >= 0 && Math.max(right, down) <= 1) return made;
  throw new AppError(
    'undecodable',
    `the header promises ${width}×${height} at the scale that was asked for, the picture is ${made.width}×${made.height}`,
  );
}

const RETRY_AFTER_S = 60;

function headerOf(bytes: Uint8Array): Probe | undefined {
  try {
    return probe(bytes);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** The picture with its last column and row repeated where it lacks one: both sides of a picture rarely shrink to whole pixels. */
function filled(image: Image, size: Size): Image {
  if (image.width === size.width && image.height === size.height) return image;
  const from = new Uint32Array(image.data.buffer, image.data.byteOffset, image.data.length / 4);
  const to = new Uint32Array(size.width * size.height);
  for (let y = 0; y < size.height; y++) {
    const start = image.width * Math.min(y, image.height - 1);
    const row = from.subarray(start, start + image.width);
    to.set(row, y * size.width);
    to.fill(row.at(-1)!, y * size.width + image.width, (y + 1) * size.width);
  }
  release(image.data);
  return { ...size, data: new Uint8ClampedArray(to.buffer) };
}
