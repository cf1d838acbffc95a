// Decodes JPEG files: at a reduced scale by a module of our own, at full size and in rare cases by TurboJPEG.
import { AppError, messageOf } from '../../errors.ts';
import { createImage, type Image, markOpaque } from '../../image.ts';
import { noPace } from '../../timing.ts';
import type { DecodeOptions } from '../codec.ts';
import type { Heaps } from '../wasm/heaps.ts';
import { createWasmRunner } from '../wasm/instance.ts';
import { decodeHeap, headerOf, scaledHeap } from './cost.ts';
import { isScan, type JpegFile, readJpegFile } from './file.ts';
import { isScale, scaledDecoding, startScaledJpeg } from './scaled/scaled.ts';
import { startJpegTurbo } from './turbo.ts';

/**
 * Makes `Decoder.decode` from the compiled `jpeg-turbo.wasm` and `jpeg-scaled.wasm`. A pixel of a file with four components has the
 * amounts of cyan, magenta, yellow and black ink, 0…255, in place of colour and alpha.
 */
export function createJpegDecoder(
  modules: { decoder: WebAssembly.Module; scaled: WebAssembly.Module },
  heaps?: Heaps,
) {
  const runTurbo = createWasmRunner((heap) => startJpegTurbo(modules.decoder, heap), {
    name: 'jpeg-decoder',
    heaps,
  });
  const runScaled = createWasmRunner(async (heap) => startScaledJpeg(modules.scaled, heap), {
    name: 'jpeg-scaled',
    heaps,
  });
  const read = async (bytes: Uint8Array): Promise<JpegFile> => {
    if (bytes.length < LONG_FILE_BYTES) return readJpegFile(bytes);
    // A refusal says nothing of the instance, so it is thrown outside of it.
    const file = await runScaled(({ findMarker }) => kept(() => readJpegFile(bytes, findMarker)));
    return file();
  };
  return async (
    bytes: Uint8Array,
    { shrink = 1, pace = noPace, early }: DecodeOptions = {},
  ): Promise<Image> => {
    if (shrink !== 1 && !isScale(shrink)) {
      throw new RangeError(`jpeg: expected a shrink of 1, 2, 4 or 8, got ${shrink}`);
    }
    const file = await read(bytes);
    const hasInks = hasFourInks(file);
    const made = (image: Image): Image => (hasInks ? image : markOpaque(image));
    const finished = early?.finish(bytes, shrink);
    if (finished) {
      await pace(1);
      return made(finished);
    }
    const { frame, buffered } = file;
    const header = headerOf(frame);
    if (isScale(shrink)) {
      const decoding = scaledDecoding(bytes, file, shrink);
      if (decoding) {
        const needs = scaledHeap({ header, shrink, buffered });
        const image = await runScaled((scaled) => decoded(() => decoding(scaled)), needs);
        if (hasInks) lightToInk(image.data);
        await pace(1);
        return made(image);
      }
    }
    const size = {
      width: Math.ceil(frame.width / shrink),
      height: Math.ceil(frame.height / shrink),
    };
    const parts = essentialParts(bytes, file);
    const needs = decodeHeap({
      header: { ...header, progressive: buffered },
      byteLength: bytes.length,
      shrink,
    });
    const pixels = hasInks ? 'CMYK' : 'RGBA';
    const data = await runTurbo((turbo) => decoded(() => turbo.decode(parts, size, pixels)), needs);
    if (hasInks) lightToInk(data);
    await pace(1);
    return made(createImage(size, data));
  };
}

/** From this length on, a module searches for markers, in bytes. */
const LONG_FILE_BYTES = 2 ** 18;

/** Runs `work` once; the returned function returns its value, or throws its error. */
function kept<T>(work: () => T): () => T {
  try {
    const value = work();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** What `decode` returns. Its failure is the file's fault, unless memory ran out. */
function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const reason = messageOf(cause);
    if (/memory/i.test(reason)) throw new Error(`jpeg: ${reason}`, { cause });
    throw new AppError('undecodable', `jpeg: the picture data is corrupt: ${reason}`, { cause });
  }
}

const hasFourInks = ({ colour }: JpegFile): boolean => colour === 'CMYK' || colour === 'YCCK';

function lightToInk(data: Uint8ClampedArray): void {
  for (let i = 0; i < data.length; i++) data[i] = 255 - data[i]!;
}

/** What an Adobe segment says of each colour space. */
const adobeTransforms = { RGB: 0, CMYK: 0, YCbCr: 1, YCCK: 2 } as const;

/** The parts of the file that pixels need, with an Adobe segment in front that says what the components mean. */
function essentialParts(bytes: Uint8Array, { parts, colour }: JpegFile): Uint8Array[] {
  const adobe = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0];
  return [
    Uint8Array.of(0xff, 0xd8, ...adobe, adobeTransforms[colour]),
    ...parts.map((part) => bytes.subarray(part.start - 4, isScan(part) ? part.dataEnd : part.end)),
    Uint8Array.of(0xff, 0xd9),
  ];
}
