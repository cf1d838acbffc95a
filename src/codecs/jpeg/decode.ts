// Decodes JPEG files at a reduced scale if wanted: by TurboJPEG, or from little more than the DC coefficients.
import { AppError } from '../../errors.ts';
import { createImage, type Image } from '../../image.ts';
import { noPace } from '../../pace.ts';
import type { DecodeOptions } from '../codec.ts';
import type { Heaps } from '../wasm/heaps.ts';
import { createWasmRunner } from '../wasm/instance.ts';
import { decodeHeap } from './cost.ts';
import { decodeEighth } from './dc/dc.ts';
import { isScan, type JpegFile, readJpegFile } from './file.ts';
import type { JpegFrame } from './frame.ts';
import { startJpegTurbo } from './turbo.ts';

/** Measured time per pixel of the file, by `shrink`; only decides when to pause. */
const NS_PER_PIXEL: Record<number, number> = { 1: 15, 2: 6, 4: 5, 8: 3 };

/** Makes `Decoder.decode` from the compiled `jpeg-turbo.wasm`. */
export function createJpegDecoder(module: WebAssembly.Module, heaps?: Heaps) {
  const run = createWasmRunner((heap) => startJpegTurbo(module, heap), {
    name: 'jpeg-decoder',
    heaps,
  });
  return async (
    bytes: Uint8Array,
    { shrink = 1, pace = noPace }: DecodeOptions = {},
  ): Promise<Image> => {
    const nsPerPixel = NS_PER_PIXEL[shrink];
    if (nsPerPixel === undefined) {
      throw new RangeError(`jpeg: expected a shrink of 1, 2, 4 or 8, got ${shrink}`);
    }
    const file = readJpegFile(bytes);
    const { frame, buffered } = file;
    // libjpeg would hold every coefficient, up to six bytes per pixel, and use a 64th of them.
    if (shrink === 8 && buffered) return decodeEighth(bytes, file, pace);
    const size = {
      width: Math.ceil(frame.width / shrink),
      height: Math.ceil(frame.height / shrink),
    };
    const parts = essentialParts(bytes, file);
    const { width, height } = frame;
    const picture = { width, height, samples: samplesOf(frame), progressive: buffered };
    const needs = decodeHeap({ header: picture, byteLength: bytes.length, shrink });
    const data = await run((turbo) => {
      try {
        return turbo.decode(parts, size);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : 'unknown';
        if (/memory/i.test(reason)) throw new Error(`jpeg: ${reason}`, { cause });
        throw new AppError('undecodable', `jpeg: the picture data is corrupt: ${reason}`, {
          cause,
        });
      }
    }, needs);
    await pace(frame.width * frame.height * nsPerPixel);
    return createImage(size, data);
  };
}

/** As in `Header.samples`. */
const samplesOf = ({ components, maxH, maxV }: JpegFrame): number =>
  components.reduce((sum, { h, v }) => sum + h * v, 0) / (maxH * maxV);

/** The parts of the file that pixels need, with an Adobe segment in front that says what the components mean. */
function essentialParts(bytes: Uint8Array, { parts, colour }: JpegFile): Uint8Array[] {
  const adobe = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0];
  return [
    Uint8Array.of(0xff, 0xd8, ...adobe, colour === 'RGB' ? 0 : 1),
    ...parts.map((part) => bytes.subarray(part.start - 4, isScan(part) ? part.dataEnd : part.end)),
    Uint8Array.of(0xff, 0xd9),
  ];
}
