// The codecs of the backend: those of the Worker, and libvips for large sources.
import sharp from 'sharp';
import { type Codec, type Codecs, hasInks, type OutputFormat } from '../../codecs/codec.ts';
import { probe } from '../../codecs/probe/probe.ts';
import { AppError } from '../../errors.ts';
import type { Image } from '../../image.ts';
import { loadOwnCodecs } from '../../node/codecs.ts';

/** Number of pixels from which libvips decodes, in native code and on all cores. */
const LARGE_PIXELS = 16_000_000;

/** Formats that libvips decodes if they are large. */
const libvipsFormats = ['jpeg', 'png', 'webp'] as const satisfies OutputFormat[];

/** Ready codecs: those of the Worker, and libvips for large sources. */
export async function loadCodecs(): Promise<Codecs> {
  const codecs = await loadOwnCodecs();
  for (const format of libvipsFormats) codecs[format] = withLarge(codecs[format]);
  return codecs;
}

/** A codec that decodes large pictures, from `fromPixels` pixels, with libvips, unless they are animated, in four inks, or shrunk while decoding. */
export function withLarge(codec: Codec, fromPixels = LARGE_PIXELS): Codec {
  return {
    ...codec,
    async decode(bytes, options) {
      const header = probe(bytes);
      const { width, height } = header;
      // These look the same whatever their size.
      const own = hasInks(header) || header.frames > 1;
      if ((options?.shrink ?? 1) > 1 || width * height < fromPixels || own) {
        return codec.decode(bytes, options);
      }
      return decodeLarge(bytes, width * height);
    },
  };
}

async function decodeLarge(bytes: Uint8Array, pixels: number): Promise<Image> {
  try {
    // The colour profile is not applied here; a later step applies it, as for every other decoder.
    const { data, info } = await sharp(bytes, {
      limitInputPixels: pixels,
      failOn: 'error',
      ignoreIcc: true,
    })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { buffer, byteOffset, length } = data;
    const rgba = new Uint8ClampedArray(buffer as ArrayBuffer, byteOffset, length);
    return { width: info.width, height: info.height, data: rgba };
  } catch (cause) {
    throw new AppError('undecodable', 'the picture is damaged or cut off', { cause });
  }
}
